package io.ductworks.internal.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Writes what surrounds the users' own values in a message of JSON-RPC 2.0.
 */
public final class RpcWriter {

	private static final byte[] BEGIN = ascii("{\"jsonrpc\":\"2.0\",");

	private static final byte[] ID = ascii("\"id\":");

	private static final byte[] METHOD = ascii("\"method\":\"");

	private static final byte[] RESULT = ascii(",\"result\":");

	private static final byte[] ERROR = ascii(",\"error\":");

	private static final byte[] NULL = ascii("null");

	private RpcWriter() {
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * The beginning of a call, up to its parameters; a brace ends it.
	 * @param method what is called
	 * @param id the id of a request, 0 for a notification
	 * @return the bytes
	 */
	public static byte[] call(String method, long id) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + method.length());
		bytes.writeBytes(BEGIN);
		if (id != 0) {
			bytes.writeBytes(ID);
			bytes.writeBytes(ascii(Long.toString(id)));
			bytes.write(',');
		}
		bytes.writeBytes(METHOD);
		bytes.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(method));
		bytes.write('"');
		return bytes.toByteArray();
	}

	/**
	 * What {@code _meta} says of the trace that a call belongs to.
	 * @param context the trace
	 * @return its members, without braces around; none if it has none
	 */
	public static byte[] context(TraceContext context) {
		ByteArrayOutputStream members = new ByteArrayOutputStream(128);
		writeMember(members, TraceContext.TRACEPARENT, context.traceparent());
		writeMember(members, TraceContext.TRACESTATE, context.tracestate());
		writeMember(members, TraceContext.BAGGAGE, context.baggage());
		return members.toByteArray();
	}

	private static void writeMember(ByteArrayOutputStream members, String name, @Nullable String value) {
		if (value == null) {
			return;
		}
		members.writeBytes(ascii((members.size() > 0) ? ",\"" : "\""));
		members.writeBytes(ascii(name));
		members.writeBytes(ascii("\":\""));
		members.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(value));
		members.write('"');
	}

	/**
	 * How long a text is as JSON.
	 * @param text the text
	 * @return the number of bytes between its quotes
	 * @throws IllegalArgumentException if the text has half a character
	 */
	public static int length(String text) {
		return JsonStringEncoder.getInstance().quoteAsUTF8(text).length;
	}

	/**
	 * The beginning of an answer, up to its result; a brace ends it.
	 * @param id the request's id
	 * @return the bytes
	 */
	public static byte[] result(RpcId id) {
		return join(BEGIN, ID, id.json(), RESULT);
	}

	/**
	 * An answer that says that a request failed.
	 * @param id the request's id, or {@code null} if it is not known
	 * @param error the value of the member {@code error}
	 * @return the whole message
	 */
	public static byte[] error(@Nullable RpcId id, byte[] error) {
		return join(BEGIN, ID, (id != null) ? id.json() : NULL, ERROR, error, new byte[] { '}' });
	}

	/**
	 * How many bytes such an answer takes beside its error.
	 * @param id the request's id, or {@code null}
	 * @return the number of bytes
	 */
	public static int errorOverhead(@Nullable RpcId id) {
		return error(id, new byte[0]).length;
	}

	/**
	 * What tells the peer that nobody waits for an answer any more.
	 * @param id the id of the request
	 * @return the whole message
	 */
	public static byte[] cancel(long id) {
		return ascii("{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":" + id + "}}");
	}

	private static byte[] join(byte[]... parts) {
		int length = 0;
		for (byte[] part : parts) {
			length += part.length;
		}
		byte[] joined = new byte[length];
		int size = 0;
		for (byte[] part : parts) {
			System.arraycopy(part, 0, joined, size, part.length);
			size += part.length;
		}
		return joined;
	}

}
