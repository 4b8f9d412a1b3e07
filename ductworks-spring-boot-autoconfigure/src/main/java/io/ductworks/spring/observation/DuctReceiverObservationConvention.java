package io.ductworks.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names the observations of messages that listeners take, and their keys. A bean of this
 * type replaces the {@linkplain DefaultDuctReceiverObservationConvention default}. It has
 * to be thread-safe.
 */
public interface DuctReceiverObservationConvention extends ObservationConvention<DuctReceiverContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof DuctReceiverContext;
	}

}
