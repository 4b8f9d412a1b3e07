package io.ductworks.message;

import io.ductworks.internal.connection.Readers;
import org.jspecify.annotations.Nullable;

/**
 * What a parent or child has for as long as it exists, be it open or not.
 *
 * @param scope what its connections need
 * @param availability whether it is open
 * @param live its open connections
 * @param inbox where callers receive from
 * @param handlerSwitch whether messages are handed out
 * @param heldBack what waits until they are
 */
record DuctParts(DuctScope scope, Availability availability, LiveConnections live, Inbox inbox,
		HandlerSwitch handlerSwitch, HeldBack heldBack) {

	/**
	 * Makes the parts of a duct that was never open.
	 * @param takesMany whether it receives from any of several connections
	 * @param whyNotConnected why there may be no connection, as half a sentence
	 */
	static DuctParts of(DuctOptions options, boolean takesMany, String whyNotConnected) {
		DuctScope scope = DuctScope.of(options);
		Availability availability = new Availability(scope, whyNotConnected);
		LiveConnections live = new LiveConnections(availability);
		HandlerSwitch handlerSwitch = new HandlerSwitch(options.maxHandlers());
		Inbox inbox = takesMany ? new AnyChildInbox(availability, live, scope) : new OneChildInbox(availability, scope);
		scope.statistics()
			.measure(() -> live.all().stream().mapToLong((link) -> link.connection().output().pendingBytes()).sum());
		return new DuctParts(scope, availability, live, inbox, handlerSwitch, new HeldBack(handlerSwitch));
	}

	/**
	 * Where the messages of a connection go.
	 */
	Readers readers(@Nullable DuctHandler handler) {
		if (handler != null) {
			return Readers.HANDLER;
		}
		return (this.inbox instanceof AnyChildInbox) ? Readers.CALLERS_OF_ANY : Readers.CALLERS;
	}

}
