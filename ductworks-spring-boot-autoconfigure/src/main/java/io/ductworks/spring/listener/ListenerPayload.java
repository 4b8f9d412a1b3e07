package io.ductworks.spring.listener;

import java.lang.reflect.Type;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What a message is decoded to.
 *
 * @param type what the payload becomes as a whole, or {@code null} if nobody wants that
 * @param parts what single parameters of a call become, by the index of the method's
 * parameter
 */
record ListenerPayload(@Nullable Type type, Map<Integer, Part> parts) {

	/**
	 * What messages for people call it.
	 */
	String describe() {
		return (this.type != null) ? this.type.getTypeName() : "the parameters of the method";
	}

	/**
	 * One parameter of a call.
	 *
	 * @param name its name, where the parameters are an object
	 * @param position its place, where they are an array
	 * @param type what it is decoded to
	 */
	record Part(String name, int position, Type type) {
	}

}
