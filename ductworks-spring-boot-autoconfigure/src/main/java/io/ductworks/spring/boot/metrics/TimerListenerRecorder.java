package io.ductworks.spring.boot.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.ductworks.message.MessageDuct;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.listener.ListenerOutcome;
import io.ductworks.spring.listener.ListenerRecorder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;

/**
 * Times the invocations of listeners. A listener has a timer for each outcome from the
 * start, so that the first error can be told from none, until the context closes.
 * Thread-safe.
 */
public final class TimerListenerRecorder implements ListenerRecorder, DisposableBean {

	private final OwnMeters meters;

	private final DuctRegistry ducts;

	private final Map<Listener, Map<ListenerOutcome, Timer>> timers = new ConcurrentHashMap<>();

	/**
	 * Creates the timers of listeners.
	 * @param registry has the timers
	 * @param ducts the ducts
	 */
	public TimerListenerRecorder(MeterRegistry registry, DuctRegistry ducts) {
		this.meters = new OwnMeters(registry);
		this.ducts = ducts;
	}

	@Override
	public void registered(String duct, String listener) {
		MessageDuct known = find(duct);
		if (known != null) {
			this.timers.put(new Listener(duct, listener), timers(known, listener));
		}
	}

	/**
	 * A duct that is none of the kind that has meters, such as a mock, is not found.
	 */
	private @Nullable MessageDuct find(String duct) {
		MessageDuct parent = this.ducts.parents().get(duct);
		return (parent != null) ? parent : this.ducts.children().get(duct);
	}

	private Map<ListenerOutcome, Timer> timers(MessageDuct duct, String listener) {
		OwnMeters.Adding adding = this.meters.adding();
		Map<ListenerOutcome, Timer> timers = new EnumMap<>(ListenerOutcome.class);
		for (ListenerOutcome outcome : ListenerOutcome.values()) {
			Timer.Builder timer = Timer.builder("ductworks.listener")
				.description("Invocations of listeners, decoding and replying included")
				.tags(DuctMeters.tags(duct))
				.tags("listener", listener, "outcome", outcome.tag());
			timers.put(outcome, adding.add(timer::register));
		}
		return timers;
	}

	@Override
	public void record(String duct, String listener, ListenerOutcome outcome, long nanos) {
		Map<ListenerOutcome, Timer> timers = this.timers.get(new Listener(duct, listener));
		if (timers != null) {
			Objects.requireNonNull(timers.get(outcome)).record(nanos, TimeUnit.NANOSECONDS);
		}
	}

	@Override
	public void destroy() {
		this.meters.removeAll();
	}

	private record Listener(String duct, String name) {
	}

}
