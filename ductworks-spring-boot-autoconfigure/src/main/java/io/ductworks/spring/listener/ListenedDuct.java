package io.ductworks.spring.listener;

import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * What listeners have to know of their duct.
 *
 * @param name its name
 * @param duct the duct
 * @param typeField the member of a message that says which listener takes it, or
 * {@code null}
 */
record ListenedDuct(String name, MessageDuct duct, @Nullable String typeField) {

	/**
	 * Whether messages are calls, which have a method. A duct that stands for one in a
	 * test may have no protocol.
	 */
	boolean isRpc() {
		return this.duct.protocol() == Protocol.JSON_RPC;
	}

	/**
	 * What a message says to choose its listener by.
	 * @return the method of a call, or the type of another message; {@code null} if it
	 * says nothing
	 */
	@Nullable String route(DuctMessage message) {
		if (isRpc() || this.typeField == null) {
			return message.method();
		}
		return (message.parameter(this.typeField, -1, Object.class) instanceof String type) ? type : null;
	}

	/**
	 * What messages for people call that.
	 */
	String routeKind() {
		return isRpc() ? "method" : "type";
	}

}
