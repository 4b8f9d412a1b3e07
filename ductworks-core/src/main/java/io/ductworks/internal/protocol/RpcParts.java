package io.ductworks.internal.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Finds the elements and members of parameters that {@link RpcReader} has read, without
 * decoding them.
 */
public final class RpcParts {

	private RpcParts() {
	}

	/**
	 * The elements of an array.
	 * @param payload holds the parameters
	 * @param array where they are
	 * @return each element's place
	 */
	public static List<Part> elements(byte[] payload, Part array) {
		List<Part> elements = new ArrayList<>();
		byte[] json = json(payload, array);
		try (JsonParser parser = JsonBytes.parser(json)) {
			parser.nextToken();
			for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
				elements.add(value(parser, json, array.offset()));
			}
		}
		return elements;
	}

	/**
	 * The value of a member of an object; of several with the name, the last.
	 * @param payload holds the parameters
	 * @param object where they are
	 * @param name the member's name
	 * @return the value's place, or {@code null} if there is no such member
	 */
	public static @Nullable Part member(byte[] payload, Part object, String name) {
		Part member = null;
		byte[] json = json(payload, object);
		try (JsonParser parser = JsonBytes.parser(json)) {
			parser.nextToken();
			for (String next = parser.nextName(); next != null; next = parser.nextName()) {
				parser.nextToken();
				Part value = value(parser, json, object.offset());
				if (next.equals(name)) {
					member = value;
				}
			}
		}
		return member;
	}

	/**
	 * The value of one parameter. Unlike the others it takes any bytes.
	 * @param payload holds the parameters
	 * @param params where they are; may have blanks around
	 * @param name the name of a member, if they are an object
	 * @param position the number of an element from 0 on, if they are an array; a
	 * negative one has none
	 * @return the value's place, {@code null} if there is no such parameter, or that of
	 * all if they are no JSON, which no codec reads
	 */
	public static @Nullable Part parameter(byte[] payload, Part params, String name, int position) {
		int end = params.offset() + params.length();
		int start = params.offset();
		while (start < end && JsonBytes.isBlank(payload[start])) {
			start++;
		}
		Part trimmed = new Part(start, end - start);
		if (start == end) {
			return trimmed;
		}
		try {
			return switch (payload[start]) {
				case '{' -> member(payload, trimmed, name);
				case '[' -> element(payload, trimmed, position);
				default -> null;
			};
		}
		catch (JacksonException ex) {
			return trimmed;
		}
	}

	private static @Nullable Part element(byte[] payload, Part array, int position) {
		List<Part> elements = elements(payload, array);
		return (position >= 0 && position < elements.size()) ? elements.get(position) : null;
	}

	private static byte[] json(byte[] payload, Part part) {
		return Arrays.copyOfRange(payload, part.offset(), part.offset() + part.length());
	}

	private static Part value(JsonParser parser, byte[] json, int offset) {
		int start = JsonBytes.tokenStart(parser);
		// The parser skips strings when it goes on.
		if (parser.currentToken() == JsonToken.VALUE_STRING) {
			return new Part(offset + start, JsonBytes.stringEnd(json, start) - start);
		}
		parser.skipChildren();
		return new Part(offset + start, JsonBytes.position(parser) - start);
	}

}
