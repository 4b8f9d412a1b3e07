package io.ductworks.message;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.List;

import io.ductworks.internal.protocol.Part;
import io.ductworks.internal.protocol.RpcParts;
import org.jspecify.annotations.Nullable;

/**
 * What of the parameters of a call is the payload: an object is, and the one element of
 * an array. What takes several elements takes all, unless the one element has them.
 */
final class RpcParams {

	private RpcParams() {
	}

	/**
	 * Finds the payload.
	 * @param payload holds the parameters
	 * @param params where they are
	 * @param type what is to become of them
	 * @return the part to decode, or {@code null} if there is none
	 */
	static @Nullable Part payload(byte[] payload, Part params, Type type) {
		if (payload[params.offset()] != '[') {
			return params;
		}
		List<Part> elements = RpcParts.elements(payload, params);
		if (elements.size() == 1 && (!takesSeveral(type) || payload[elements.get(0).offset()] == '[')) {
			return elements.get(0);
		}
		return (elements.isEmpty() && !takesSeveral(type)) ? null : params;
	}

	/**
	 * Whether a type is one of several elements; bytes are one, in base64.
	 */
	private static boolean takesSeveral(Type type) {
		if (type instanceof ParameterizedType generic) {
			return takesSeveral(generic.getRawType());
		}
		if (type instanceof Class<?> raw) {
			return raw.isArray() && raw != byte[].class || Collection.class.isAssignableFrom(raw)
					|| raw == Iterable.class;
		}
		return type instanceof GenericArrayType;
	}

}
