package io.ductworks.spring.boot.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.listener.ListenerOutcome;
import io.ductworks.spring.listener.ListenerRecorder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/**
 * Times the invocations of listeners.
 */
public final class TimerListenerRecorder implements ListenerRecorder {

	private final MeterRegistry registry;

	private final DuctRegistry ducts;

	private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

	/**
	 * Creates the timers of listeners.
	 * @param registry has the timers
	 * @param ducts the ducts
	 */
	public TimerListenerRecorder(MeterRegistry registry, DuctRegistry ducts) {
		this.registry = registry;
		this.ducts = ducts;
	}

	@Override
	public void record(String duct, String listener, ListenerOutcome outcome, long nanos) {
		this.timers.computeIfAbsent(new Key(duct, listener, outcome), this::timer).record(nanos, TimeUnit.NANOSECONDS);
	}

	private Timer timer(Key key) {
		return Timer.builder("ductworks.listener")
			.description("Invocations of listeners, decoding and replying included")
			.tags(DuctMeters.tags(this.ducts.get(key.duct())))
			.tags("listener", key.listener(), "outcome", key.outcome().tag())
			.register(this.registry);
	}

	private record Key(String duct, String listener, ListenerOutcome outcome) {
	}

}
