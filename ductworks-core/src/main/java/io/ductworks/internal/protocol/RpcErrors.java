package io.ductworks.internal.protocol;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

import io.ductworks.DuctProblemException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.codec.MessageCodec;
import io.ductworks.internal.loop.LogText;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The errors of JSON-RPC 2.0 and the problems of RFC 9457 that they stand for: their
 * codes, how they are written, and how those of any peer are read. Thread-safe.
 */
public final class RpcErrors {

	/** Not JSON, or not UTF-8. */
	public static final int PARSE_ERROR = -32700;

	/** JSON, and no message of JSON-RPC. */
	public static final int INVALID_REQUEST = -32600;

	/** Nobody handles such a method. */
	public static final int METHOD_NOT_FOUND = -32601;

	/** Not valid, or not of the method's types. */
	public static final int INVALID_PARAMS = -32602;

	/** The handler failed. */
	public static final int INTERNAL_ERROR = -32603;

	/** Shutting down or too busy. */
	public static final int UNAVAILABLE = -32000;

	/** The request's time was up before it was begun. */
	public static final int EXPIRED = -32001;

	/** The requester has cancelled it. */
	public static final int CANCELLED = -32800;

	private static final int MAX_DETAIL = 1000;

	/** Whatever the duct's own codec; a peer's error keeps the limits of any message. */
	private static final MessageCodec JSON = MessageCodec.json();

	private RpcErrors() {
	}

	/**
	 * The code that a problem gets.
	 * @param status the problem's status
	 * @return its own code for 400, 404, 503 and 504, {@link #INTERNAL_ERROR} for all
	 * others, whose status is in the error's data
	 */
	public static int code(int status) {
		return switch (status) {
			case 400 -> INVALID_PARAMS;
			case 404 -> METHOD_NOT_FOUND;
			case 503 -> UNAVAILABLE;
			case 504 -> EXPIRED;
			default -> INTERNAL_ERROR;
		};
	}

	/**
	 * The status of an error whose data is no problem with a valid one.
	 * @param code the error's code
	 * @return 404 for a method that is not found, 400 for what was wrong with the
	 * request, 503 for {@link #UNAVAILABLE}, 504 for {@link #EXPIRED}, 499 for
	 * {@link #CANCELLED}, 500 for all others
	 */
	public static int status(int code) {
		return switch (code) {
			case METHOD_NOT_FOUND -> 404;
			case PARSE_ERROR, INVALID_REQUEST, INVALID_PARAMS -> 400;
			case UNAVAILABLE -> 503;
			case EXPIRED -> 504;
			case CANCELLED -> 499;
			default -> 500;
		};
	}

	/**
	 * Writes an error without data.
	 * @param code its code
	 * @param message what is wrong, cut after 200 characters
	 * @return the value of the member {@code error}
	 */
	public static byte[] encode(int code, String message) {
		return write(code, LogText.shown(message), null);
	}

	/**
	 * Writes a problem. One that would be too long goes without its detail and
	 * properties, and with a title that is cut, or else as its bare code; one whose
	 * properties cannot be written goes without these.
	 * @param problem the problem
	 * @param maxLength how many bytes it may take; a bare code takes up to 30 in any case
	 * @return the value of the member {@code error}
	 */
	public static byte[] encode(DuctProblemException problem, int maxLength) {
		byte[] whole;
		try {
			whole = write(problem, problem.title(), problem.detail(), problem.properties());
		}
		catch (JacksonException ex) {
			// A requester that is told less is better off than one that is told nothing.
			whole = write(problem, problem.title(), problem.detail(), Map.of());
		}
		if (whole.length <= maxLength) {
			return whole;
		}
		byte[] cut = write(problem, LogText.shown(problem.title()), null, Map.of());
		return (cut.length <= maxLength) ? cut : write(code(problem.status()), "", null);
	}

	private static byte[] write(DuctProblemException problem, String title, @Nullable String detail,
			Map<String, @Nullable Object> properties) {
		return write(code(problem.status()), title, ProblemJson.members(problem.status(), title, detail, properties));
	}

	private static byte[] write(int code, String message, @Nullable Map<String, @Nullable Object> data) {
		Map<String, Object> error = new LinkedHashMap<>();
		error.put("code", code);
		error.put("message", message);
		if (data != null) {
			error.put("data", data);
		}
		return JsonMapper.shared().writeValueAsBytes(error);
	}

	/**
	 * Reads an error of any peer. Its data is taken as a problem if it is an object with
	 * a title or with the status of a failure; a status that is none is replaced by that
	 * of the code. Without a problem, the error's message is the title, and its data the
	 * detail: a string as it is, anything else as JSON, cut after 1,000 characters.
	 * @param subject what messages call the connection that it came from
	 * @param payload holds the error
	 * @param error where it is
	 * @return the exception for the requester, whatever the error is
	 */
	public static RemoteHandlerException read(String subject, byte[] payload, Part error) {
		JsonNode node;
		try {
			node = (JsonNode) JSON.decode(payload, error.offset(), error.length(), JsonNode.class);
		}
		catch (IOException ex) {
			return exception(subject, 0, 500, null, "its error cannot be read: " + ex.getMessage(), Map.of());
		}
		if (!(node instanceof ObjectNode object)) {
			return exception(subject, 0, 500, null, detail(node), Map.of());
		}
		int code = code(object);
		String message = ProblemJson.text(object, "message");
		JsonNode data = object.path("data");
		if (!(data instanceof ObjectNode problem) || !isProblem(problem)) {
			return exception(subject, code, status(code), message, detail(data), Map.of());
		}
		String title = ProblemJson.text(problem, "title");
		return exception(subject, code, ProblemJson.status(problem, status(code)), (title != null) ? title : message,
				ProblemJson.text(problem, "detail"), ProblemJson.properties(problem));
	}

	private static int code(ObjectNode error) {
		JsonNode code = error.path("code");
		return (code.isIntegralNumber() && code.canConvertToInt()) ? code.intValue() : 0;
	}

	private static boolean isProblem(ObjectNode data) {
		return data.path("title").isString()
				|| data.path("status").isIntegralNumber() && ProblemJson.status(data, 0) != 0;
	}

	private static @Nullable String detail(@Nullable JsonNode data) {
		if (data == null || data.isNull() || data.isMissingNode()) {
			return null;
		}
		if (data.isString()) {
			return data.stringValue();
		}
		String json = data.toString();
		if (json.length() <= MAX_DETAIL) {
			return json;
		}
		int end = Character.isHighSurrogate(json.charAt(MAX_DETAIL - 1)) ? MAX_DETAIL - 1 : MAX_DETAIL;
		return json.substring(0, end) + "…";
	}

	private static RemoteHandlerException exception(String subject, int code, int status, @Nullable String title,
			@Nullable String detail, Map<String, @Nullable Object> properties) {
		return new RemoteHandlerException(
				subject + ": the other side answered with error " + code + ", status " + status
						+ ((title != null) ? ": " + LogText.shown(title) : "")
						+ ((detail != null) ? ": " + LogText.shown(detail) : ""),
				status, title, detail, properties, code);
	}

}
