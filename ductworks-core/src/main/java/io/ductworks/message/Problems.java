package io.ductworks.message;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

import io.ductworks.CloseReason;
import io.ductworks.DuctProblemException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.codec.MessageCodec;
import io.ductworks.internal.connection.End;
import io.ductworks.internal.loop.LogText;
import io.ductworks.internal.protocol.ProblemJson;
import io.ductworks.internal.protocol.RpcErrors;
import io.ductworks.internal.protocol.RpcMessage;
import io.ductworks.internal.protocol.RpcReader;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answer of a handler that failed: a JSON object with the one key
 * {@code ductworks:error} and a problem of RFC 9457 as its value.
 */
final class Problems {

	private static final String KEY = "ductworks:error";

	private static final byte[] QUOTED_KEY = ('"' + KEY + '"').getBytes(StandardCharsets.US_ASCII);

	/** The type of a problem that tells a child why it is refused. */
	private static final String REFUSED = "ductworks:refused";

	/** Longer ones are messages. */
	private static final int MAX_REFUSAL_BYTES = 16 * 1024;

	/** Whatever the duct's own codec; a peer's error keeps the limits of any message. */
	private static final MessageCodec JSON = MessageCodec.json();

	private Problems() {
	}

	/**
	 * Writes a problem. One that would be longer than a frame may be goes without its
	 * detail and properties, and with a title that is cut; one whose properties cannot be
	 * written goes without these.
	 */
	static byte[] encode(DuctProblemException problem, int maxLength) {
		byte[] whole;
		try {
			whole = encode(problem.status(), problem.title(), problem.detail(), problem.properties());
		}
		catch (JacksonException ex) {
			// A requester that is told less is better off than one that is told nothing.
			whole = encode(problem.status(), problem.title(), problem.detail(), Map.of());
		}
		return (whole.length <= maxLength) ? whole
				: encode(problem.status(), LogText.shown(problem.title()), null, Map.of());
	}

	private static byte[] encode(int status, String title, @Nullable String detail,
			Map<String, @Nullable Object> properties) {
		return JsonMapper.shared()
			.writeValueAsBytes(Map.of(KEY, ProblemJson.members(status, title, detail, properties)));
	}

	/**
	 * Reads a problem from a payload.
	 * @param connection where it came from
	 * @return the exception for the requester, or {@code null} if it is no problem
	 */
	static @Nullable RemoteHandlerException decode(Named connection, byte[] payload) {
		if (!startsLikeProblem(payload)) {
			return null;
		}
		Object root;
		try {
			root = JSON.decode(payload, 0, payload.length, JsonNode.class);
		}
		catch (IOException ex) {
			return null;
		}
		if (!(root instanceof ObjectNode object) || object.size() != 1
				|| !(object.path(KEY) instanceof ObjectNode problem)) {
			return null;
		}
		int status = ProblemJson.status(problem, 500);
		String title = ProblemJson.text(problem, "title");
		String detail = ProblemJson.text(problem, "detail");
		return new RemoteHandlerException(
				connection.subject() + ": the other side's handler failed with status " + status
						+ ((title != null) ? ": " + LogText.shown(title) : "")
						+ ((detail != null) ? ": " + LogText.shown(detail) : ""),
				status, title, detail, ProblemJson.properties(problem));
	}

	/**
	 * Says why a child is refused. Who may come is the parent's own business.
	 */
	static DuctProblemException refusal(CloseReason reason, String text) {
		Map<String, @Nullable Object> type = Map.of("type", REFUSED);
		return (reason == CloseReason.TOO_MANY_CHILDREN)
				? new DuctProblemException(429, "Too many children", text, type)
				: new DuctProblemException(403, "Not allowed", null, type);
	}

	/**
	 * Reads why the parent refuses this child, from the first payload of a connection.
	 * @param rpc whether it is one of JSON-RPC
	 * @return the end of the connection, or {@code null} if it is any other message
	 */
	static @Nullable End refusal(Named connection, boolean rpc, byte[] bytes, int offset, int length) {
		if (length > MAX_REFUSAL_BYTES) {
			return null;
		}
		byte[] payload = Arrays.copyOfRange(bytes, offset, offset + length);
		RemoteHandlerException problem = rpc ? complaint(connection, payload) : decode(connection, payload);
		if (problem == null || !REFUSED.equals(problem.properties().get("type"))) {
			return null;
		}
		String title = problem.title();
		String detail = problem.detail();
		return new End(CloseReason.REFUSED,
				"the parent refused this child, status " + problem.status()
						+ ((title != null) ? ": " + LogText.shown(title) : "")
						+ ((detail != null) ? ": " + LogText.shown(detail) : "") + "; its log says more",
				null);
	}

	/**
	 * An error of JSON-RPC that answers no request.
	 */
	private static @Nullable RemoteHandlerException complaint(Named connection, byte[] payload) {
		return (RpcReader.read(payload, false) instanceof RpcMessage.Answer answer && answer.id() == null
				&& answer.error() != null) ? RpcErrors.read(connection.subject(), payload, answer.error()) : null;
	}

	/**
	 * Looks for the key right behind the first brace, so that other payloads cost
	 * nothing.
	 */
	private static boolean startsLikeProblem(byte[] payload) {
		int index = skipBlanks(payload, 0);
		if (index >= payload.length || payload[index] != '{') {
			return false;
		}
		index = skipBlanks(payload, index + 1);
		return payload.length - index >= QUOTED_KEY.length
				&& Arrays.equals(payload, index, index + QUOTED_KEY.length, QUOTED_KEY, 0, QUOTED_KEY.length);
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
