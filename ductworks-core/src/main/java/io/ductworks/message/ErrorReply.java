package io.ductworks.message;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import io.ductworks.RemoteHandlerException;
import io.ductworks.codec.MessageCodec;
import io.ductworks.internal.loop.LogText;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer of a handler that failed: a JSON object with the one key
 * {@code ductworks:error} and a problem of RFC 9457 as its value.
 */
final class ErrorReply {

	private static final String KEY = "ductworks:error";

	private static final byte[] QUOTED_KEY = ('"' + KEY + '"').getBytes(StandardCharsets.US_ASCII);

	/** Whatever the duct's own codec; a peer's error keeps the limits of any message. */
	private static final MessageCodec JSON = MessageCodec.json();

	private ErrorReply() {
	}

	static byte[] encode(int status, String title, @Nullable String detail) {
		Map<String, Object> problem = new LinkedHashMap<>();
		problem.put("status", status);
		problem.put("title", title);
		if (detail != null) {
			problem.put("detail", detail);
		}
		return JsonMapper.shared().writeValueAsBytes(Map.of(KEY, problem));
	}

	/**
	 * Reads an error from a payload.
	 * @return the exception for the requester, or {@code null} if it is no error
	 */
	static @Nullable RemoteHandlerException decode(Connection connection, byte[] payload) {
		if (!startsLikeError(payload)) {
			return null;
		}
		Object root;
		try {
			root = JSON.decode(payload, 0, payload.length, JsonNode.class);
		}
		catch (IOException ex) {
			return null;
		}
		if (!(root instanceof ObjectNode object) || object.size() != 1 || !object.path(KEY).isObject()) {
			return null;
		}
		JsonNode problem = object.path(KEY);
		int status = problem.path("status").asInt(500);
		String title = text(problem, "title");
		String detail = text(problem, "detail");
		return new RemoteHandlerException(connection.subject() + ": the other side's handler failed with status "
				+ status + ((title != null) ? ": " + LogText.shown(title) : "")
				+ ((detail != null) ? ": " + LogText.shown(detail) : ""), status, title, detail);
	}

	private static @Nullable String text(JsonNode problem, String field) {
		JsonNode value = problem.path(field);
		return value.isString() ? value.stringValue() : null;
	}

	/**
	 * Looks for the key right behind the first brace, so that other payloads cost
	 * nothing.
	 */
	private static boolean startsLikeError(byte[] payload) {
		int index = skipBlanks(payload, 0);
		if (index >= payload.length || payload[index] != '{') {
			return false;
		}
		index = skipBlanks(payload, index + 1);
		if (payload.length - index < QUOTED_KEY.length) {
			return false;
		}
		for (int i = 0; i < QUOTED_KEY.length; i++) {
			if (payload[index + i] != QUOTED_KEY[i]) {
				return false;
			}
		}
		return true;
	}

	private static int skipBlanks(byte[] payload, int index) {
		int i = index;
		while (i < payload.length
				&& (payload[i] == ' ' || payload[i] == '\n' || payload[i] == '\r' || payload[i] == '\t')) {
			i++;
		}
		return i;
	}

}
