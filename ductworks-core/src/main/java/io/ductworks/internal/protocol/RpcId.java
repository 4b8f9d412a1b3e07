package io.ductworks.internal.protocol;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;

import io.ductworks.internal.loop.LogText;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The id of a request as it came: a string or a number. Two are equal if JSON-RPC cannot
 * tell them apart: {@code 1} and {@code 1.0} are, {@code 1} and {@code "1"} are not.
 * Immutable.
 */
public final class RpcId {

	/** Longer ones are refused: who answers late has to keep them. */
	static final int MAX_BYTES = 1024;

	private final byte[] json;

	private final long number;

	/** What tells it from others where the number does not, else {@code null}. */
	private final @Nullable Object value;

	private RpcId(byte[] json, long number, @Nullable Object value) {
		this.json = json;
		this.number = number;
		this.value = value;
	}

	/**
	 * Takes the id that is the current token of a parser.
	 * @return the id, or {@code null} if the token is none or too long
	 */
	static @Nullable RpcId of(JsonParser parser, byte[] payload) {
		JsonToken token = parser.currentToken();
		if (token == JsonToken.VALUE_STRING) {
			return ofString(parser, payload);
		}
		if (token != null && token.isNumeric()) {
			return ofNumber(payload, JsonBytes.tokenStart(parser), parser.getStringLength());
		}
		return null;
	}

	private static @Nullable RpcId ofString(JsonParser parser, byte[] payload) {
		int start = JsonBytes.tokenStart(parser);
		int end = JsonBytes.stringEnd(payload, start);
		if (end - start > MAX_BYTES) {
			return null;
		}
		// First, since it throws for what is no string.
		String text = parser.getString();
		boolean valid = StrictUtf8.firstBad(payload, start, end - start) < 0;
		return valid ? new RpcId(Arrays.copyOfRange(payload, start, end), -1, text) : null;
	}

	private static @Nullable RpcId ofNumber(byte[] payload, int start, int length) {
		byte last = payload[start + length - 1];
		// Infinity and its like end with a letter.
		if (length > MAX_BYTES || last < '0' || last > '9') {
			return null;
		}
		byte[] json = Arrays.copyOfRange(payload, start, start + length);
		long number = JsonBytes.integer(json, 0, length);
		if (number != -1) {
			return new RpcId(json, number, null);
		}
		BigDecimal value = JsonBytes.decimal(json, 0, length);
		return new RpcId(json, -1, (value != null) ? value : ByteBuffer.wrap(json));
	}

	/**
	 * Reads which request is to be cancelled, from the parameters of
	 * {@code $/cancelRequest}: the member {@code id} of an object, or the one element of
	 * an array.
	 * @param payload holds the parameters
	 * @param params where they are
	 * @return the request's id, or {@code null} if they do not say
	 */
	public static @Nullable RpcId ofCancel(byte[] payload, Part params) {
		byte[] json = Arrays.copyOfRange(payload, params.offset(), params.offset() + params.length());
		try (JsonParser parser = JsonBytes.parser(json)) {
			return (parser.nextToken() == JsonToken.START_OBJECT) ? ofMember(parser, json) : ofElement(parser, json);
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	private static @Nullable RpcId ofMember(JsonParser parser, byte[] payload) {
		RpcId id = null;
		int count = 0;
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			parser.nextToken();
			if (name.equals("id")) {
				id = of(parser, payload);
				count++;
			}
			parser.skipChildren();
		}
		return (count == 1) ? id : null;
	}

	private static @Nullable RpcId ofElement(JsonParser parser, byte[] payload) {
		parser.nextToken();
		RpcId id = of(parser, payload);
		return (parser.nextToken() == JsonToken.END_ARRAY) ? id : null;
	}

	/**
	 * The id as JSON, to be given back byte by byte.
	 * @return its own bytes, not to be changed; at most 1 KiB
	 */
	public byte[] json() {
		return this.json;
	}

	/**
	 * The value of an id that is an integral number.
	 * @return the number, or -1 for other numbers, strings, and what does not fit a long
	 */
	public long number() {
		return this.number;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof RpcId id && id.number == this.number && Objects.equals(id.value, this.value);
	}

	@Override
	public int hashCode() {
		return (this.value != null) ? this.value.hashCode() : Long.hashCode(this.number);
	}

	/**
	 * The id as JSON, fit for logs.
	 */
	@Override
	public String toString() {
		return LogText.shown(new String(this.json, StandardCharsets.UTF_8));
	}

}
