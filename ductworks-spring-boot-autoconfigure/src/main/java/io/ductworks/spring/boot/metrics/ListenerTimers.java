package io.ductworks.spring.boot.metrics;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.ductworks.spring.DuctLabels;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.listener.DuctListenerInterceptor;
import io.ductworks.spring.listener.ListenerInvocation;
import io.ductworks.spring.listener.ListenerOutcome;
import io.ductworks.spring.listener.RegisteredListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.core.Ordered;

/**
 * Times the invocations of listeners. A listener has a timer for each outcome from the
 * start, so that the first error can be told from none, until the context closes. Stands
 * around all other interceptors, retries and exception handlers included. Thread-safe.
 */
public final class ListenerTimers implements DuctListenerInterceptor, Ordered, DisposableBean {

	private final MeterRegistry registry;

	private final DuctRegistry ducts;

	/** By the ids of listeners. */
	private final Map<String, Timers> timers = new ConcurrentHashMap<>();

	/**
	 * Creates the timers of listeners.
	 * @param registry has the timers
	 * @param ducts the ducts
	 */
	public ListenerTimers(MeterRegistry registry, DuctRegistry ducts) {
		this.registry = registry;
		this.ducts = ducts;
	}

	@Override
	public void registered(RegisteredListener listener) {
		DuctLabels labels = DuctLabels.find(this.ducts, listener.duct());
		if (labels != null) {
			this.timers.put(listener.id(), timers(labels, listener.id()));
		}
	}

	private Timers timers(DuctLabels labels, String listener) {
		OwnMeters meters = new OwnMeters(this.registry);
		OwnMeters.Adding adding = meters.adding();
		Map<ListenerOutcome, Timer> timers = new EnumMap<>(ListenerOutcome.class);
		for (ListenerOutcome outcome : ListenerOutcome.values()) {
			Timer.Builder timer = Timer.builder("ductworks.listener")
				.description("Invocations of listeners, decoding and replying included")
				.tags(DuctMeters.tags(labels))
				.tags("listener", listener, "outcome", outcome.tag());
			timers.put(outcome, adding.add(timer::register));
		}
		return new Timers(meters, timers);
	}

	@Override
	public void unregistered(RegisteredListener listener) {
		Timers timers = this.timers.remove(listener.id());
		if (timers != null) {
			timers.meters().removeAll();
		}
	}

	@Override
	public @Nullable Object around(ListenerInvocation invocation) throws Exception {
		Timers timers = this.timers.get(invocation.listener().id());
		if (timers != null) {
			long started = System.nanoTime();
			invocation.onEnded((outcome, failure) -> Objects.requireNonNull(timers.byOutcome().get(outcome))
				.record(System.nanoTime() - started, TimeUnit.NANOSECONDS));
		}
		return invocation.proceed();
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public void destroy() {
		this.timers.values().forEach((timers) -> timers.meters().removeAll());
	}

	/**
	 * The timers of one listener.
	 *
	 * @param meters removes them
	 */
	private record Timers(OwnMeters meters, Map<ListenerOutcome, Timer> byOutcome) {
	}

}
