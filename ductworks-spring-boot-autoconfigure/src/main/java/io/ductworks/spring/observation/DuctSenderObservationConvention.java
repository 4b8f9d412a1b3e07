package io.ductworks.spring.observation;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Names the observations of messages and requests that ducts send, and their keys. A bean
 * of this type replaces the {@linkplain DefaultDuctSenderObservationConvention default}.
 * It has to be thread-safe.
 */
public interface DuctSenderObservationConvention extends ObservationConvention<DuctSenderContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof DuctSenderContext;
	}

}
