package io.ductworks.spring.observation;

import io.ductworks.message.OutgoingMessage;
import io.ductworks.message.OutgoingObserver;
import io.ductworks.message.RequestOutcome;
import io.ductworks.spring.DuctRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Makes an observation of each message and request that ducts send, a child of the
 * current one of the thread that sends. It ends when {@code send} returns, or with the
 * request. Thread-safe.
 */
public final class OutgoingObservations implements OutgoingObserver, SmartInitializingSingleton {

	private static final DuctSenderObservationConvention DEFAULT = new DefaultDuctSenderObservationConvention();

	private final ObservationRegistry registry;

	private final DuctRegistry ducts;

	private final @Nullable DuctSenderObservationConvention convention;

	/**
	 * Creates the observations of what ducts send.
	 * @param registry is told of them
	 * @param ducts the ducts
	 * @param convention names them, or {@code null} for the convention of the registry,
	 * else the default
	 */
	public OutgoingObservations(ObservationRegistry registry, DuctRegistry ducts,
			@Nullable DuctSenderObservationConvention convention) {
		this.registry = registry;
		this.ducts = ducts;
		this.convention = convention;
	}

	/**
	 * Has itself told by all ducts, unless nobody would ever learn of it.
	 */
	@Override
	public void afterSingletonsInstantiated() {
		if (this.registry != ObservationRegistry.NOOP) {
			this.ducts.parents().values().forEach((parent) -> parent.outgoingObserver(this));
			this.ducts.children().values().forEach((child) -> child.outgoingObserver(this));
		}
	}

	@Override
	public @Nullable Observed begin(OutgoingMessage message) {
		if (this.registry.isNoop()) {
			return null;
		}
		DuctSenderContext context = new DuctSenderContext(message);
		Observation observation = DuctObservation.OUTGOING.start(this.convention, DEFAULT, () -> context,
				this.registry);
		return (outcome, failure) -> ended(observation, context, outcome, failure);
	}

	private static void ended(Observation observation, DuctSenderContext context, RequestOutcome outcome,
			@Nullable Throwable failure) {
		context.ended(outcome);
		if (failure != null) {
			observation.error(failure);
		}
		observation.stop();
	}

}
