package io.ductworks.spring.boot.metrics;

import io.ductworks.spring.observation.DuctReceiverContext;
import io.ductworks.spring.observation.DuctSenderContext;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.Observation;

/**
 * Takes the observations of ducts before Spring Boot makes timers of them: what they
 * would time is in {@code ductworks.listener} and {@code ductworks.request} already.
 * Stateless.
 */
public final class UnmeteredObservations implements MeterObservationHandler<Observation.Context> {

	/**
	 * Creates the handler.
	 */
	public UnmeteredObservations() {
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof DuctReceiverContext || context instanceof DuctSenderContext;
	}

}
