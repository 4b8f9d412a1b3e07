package io.ductworks.spring.observation;

import io.ductworks.message.OutgoingMessage;
import io.ductworks.message.RequestOutcome;
import io.ductworks.spring.observation.DuctObservation.OutgoingKeyNames;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;

/**
 * Names observations {@code ductworks.outgoing} and gives them the
 * {@link OutgoingKeyNames}. In traces they go by the duct and the method, such as
 * {@code orders order.place}, or {@code orders request} and {@code orders message} where
 * there is no method. Stateless; made to be extended.
 */
public class DefaultDuctSenderObservationConvention implements DuctSenderObservationConvention {

	/**
	 * Creates the convention.
	 */
	public DefaultDuctSenderObservationConvention() {
	}

	@Override
	public String getName() {
		return "ductworks.outgoing";
	}

	@Override
	public String getContextualName(DuctSenderContext context) {
		OutgoingMessage message = context.message();
		String method = message.method();
		return message.duct() + " " + ((method != null) ? method : kind(message));
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(DuctSenderContext context) {
		OutgoingMessage message = context.message();
		String method = message.method();
		RequestOutcome outcome = context.outcome();
		return KeyValues.of(OutgoingKeyNames.DUCT.withValue(message.duct()),
				OutgoingKeyNames.ROLE.withValue(message.role()),
				OutgoingKeyNames.TRANSPORT.withValue(message.transport()),
				OutgoingKeyNames.KIND.withValue(kind(message)),
				OutgoingKeyNames.METHOD.withValue((method != null) ? method : KeyValue.NONE_VALUE),
				OutgoingKeyNames.OUTCOME.withValue((outcome != null) ? outcome.tag() : "unknown"));
	}

	private static String kind(OutgoingMessage message) {
		return message.isRequest() ? "request" : "message";
	}

}
