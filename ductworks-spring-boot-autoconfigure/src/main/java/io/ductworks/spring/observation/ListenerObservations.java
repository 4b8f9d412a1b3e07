package io.ductworks.spring.observation;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.ductworks.spring.DuctLabels;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.listener.DuctListenerInterceptor;
import io.ductworks.spring.listener.ListenerInvocation;
import io.ductworks.spring.listener.ListenerOutcome;
import io.ductworks.spring.listener.RegisteredListener;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;

/**
 * Makes an observation of each message that a listener takes. It is the current one of
 * the thread while the message is decoded, validated and handled, retries and exception
 * handlers included, and ends when the answer was sent. Thread-safe.
 */
public final class ListenerObservations implements DuctListenerInterceptor, Ordered {

	/** Around interceptors for contexts of other kinds, which may want to log. */
	private static final int ORDER = FAILURE_HANDLING_ORDER - 1000;

	private static final DuctReceiverObservationConvention DEFAULT = new DefaultDuctReceiverObservationConvention();

	private final ObservationRegistry registry;

	private final DuctRegistry ducts;

	private final @Nullable DuctReceiverObservationConvention convention;

	/** By the ids of listeners. */
	private final Map<String, DuctLabels> labels = new ConcurrentHashMap<>();

	/**
	 * Creates the observations of listeners.
	 * @param registry is told of them
	 * @param ducts the ducts
	 * @param convention names them, or {@code null} for the convention of the registry,
	 * else the default
	 */
	public ListenerObservations(ObservationRegistry registry, DuctRegistry ducts,
			@Nullable DuctReceiverObservationConvention convention) {
		this.registry = registry;
		this.ducts = ducts;
		this.convention = convention;
	}

	@Override
	public void registered(RegisteredListener listener) {
		DuctLabels labels = DuctLabels.find(this.ducts, listener.duct());
		if (labels != null) {
			this.labels.put(listener.id(), labels);
		}
	}

	@Override
	public void unregistered(RegisteredListener listener) {
		this.labels.remove(listener.id());
	}

	@Override
	public @Nullable Object around(ListenerInvocation invocation) throws Exception {
		DuctLabels labels = this.registry.isNoop() ? null : this.labels.get(invocation.listener().id());
		return (labels != null) ? observe(labels, invocation) : invocation.proceed();
	}

	private @Nullable Object observe(DuctLabels labels, ListenerInvocation invocation) throws Exception {
		DuctReceiverContext context = new DuctReceiverContext(labels, invocation.listener(), invocation.message());
		Observation observation = DuctObservation.INCOMING.start(this.convention, DEFAULT, () -> context,
				this.registry);
		invocation.onEnded((outcome, failure) -> ended(observation, context, outcome, failure));
		Observation.Scope scope = observation.openScope();
		try {
			return invocation.proceed();
		}
		finally {
			scope.close();
		}
	}

	private static void ended(Observation observation, DuctReceiverContext context, ListenerOutcome outcome,
			@Nullable Throwable failure) {
		context.ended(outcome);
		if (failure != null) {
			observation.error(failure);
		}
		observation.stop();
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
