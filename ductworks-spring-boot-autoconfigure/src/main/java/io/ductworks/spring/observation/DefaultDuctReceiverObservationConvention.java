package io.ductworks.spring.observation;

import io.ductworks.spring.DuctLabels;
import io.ductworks.spring.listener.ListenerOutcome;
import io.ductworks.spring.listener.RegisteredListener;
import io.ductworks.spring.observation.DuctObservation.IncomingKeyNames;
import io.micrometer.common.KeyValues;

/**
 * Names observations {@code ductworks.incoming} and gives them the
 * {@link IncomingKeyNames}. In traces they go by the duct and what the listener takes,
 * such as {@code orders order.place}. Stateless; made to be extended.
 */
public class DefaultDuctReceiverObservationConvention implements DuctReceiverObservationConvention {

	/**
	 * Creates the convention.
	 */
	public DefaultDuctReceiverObservationConvention() {
	}

	@Override
	public String getName() {
		return "ductworks.incoming";
	}

	@Override
	public String getContextualName(DuctReceiverContext context) {
		RegisteredListener listener = context.listener();
		String route = listener.route();
		return context.duct().duct() + " " + ((route != null) ? route : listener.id());
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(DuctReceiverContext context) {
		DuctLabels duct = context.duct();
		ListenerOutcome outcome = context.outcome();
		return KeyValues.of(IncomingKeyNames.DUCT.withValue(duct.duct()), IncomingKeyNames.ROLE.withValue(duct.role()),
				IncomingKeyNames.TRANSPORT.withValue(duct.transport()),
				IncomingKeyNames.KIND.withValue(context.isRequest() ? "request" : "message"),
				IncomingKeyNames.LISTENER.withValue(context.listener().id()),
				IncomingKeyNames.OUTCOME.withValue((outcome != null) ? outcome.tag() : "unknown"));
	}

}
