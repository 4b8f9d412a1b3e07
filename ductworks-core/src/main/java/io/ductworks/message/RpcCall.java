package io.ductworks.message;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.ductworks.codec.MessageCodec;
import io.ductworks.internal.protocol.RpcWriter;
import io.ductworks.internal.protocol.TraceContext;
import org.jspecify.annotations.Nullable;

/**
 * A request or notification of JSON-RPC that is to be sent. What is an object becomes the
 * parameters as it is, anything else their one element, {@code null} none.
 *
 * @param method what is called
 * @param content the payload
 * @param id the request's id, 0 for a notification and before it has one
 * @param timeoutMillis how long the requester still waits, 0 to say nothing of it
 * @param context the trace that it belongs to
 */
record RpcCall(String method, @Nullable Object content, long id, long timeoutMillis,
		TraceContext context) implements Outgoing {

	private static final byte[] PARAMS = ascii(",\"params\":");

	private static final byte[] NULL = ascii("null");

	private static final byte[] META_NAME = ascii("\"_meta\"");

	private static final byte[] META = ascii("\"_meta\":{");

	private static final byte[] TIMEOUT = ascii("\"io.ductworks/timeout\":");

	private static final byte[] NOTHING = {};

	/** More than what {@code _meta} has beside the trace, and the end of the call. */
	private static final int MAX_AROUND = 80;

	RpcCall(String method, @Nullable Object content) {
		this(method, content, 0, 0, TraceContext.NONE);
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * The same as a request that is about to go out.
	 */
	RpcCall with(long id, long timeoutMillis) {
		return new RpcCall(this.method, this.content, id, timeoutMillis, this.context);
	}

	/**
	 * The same as a part of a trace.
	 */
	RpcCall with(TraceContext context) {
		return new RpcCall(this.method, this.content, this.id, this.timeoutMillis, context);
	}

	@Override
	public void write(MessageCodec codec, PayloadBuffer buffer) throws IOException {
		buffer.append(RpcWriter.call(this.method, this.id));
		if (this.content != null) {
			writeParams(codec, buffer);
		}
		buffer.write('}');
	}

	private void writeParams(MessageCodec codec, PayloadBuffer buffer) throws IOException {
		int before = buffer.size();
		buffer.append(PARAMS);
		int start = buffer.size();
		Outgoing.encode(this.content, codec, buffer);
		if (buffer.contains(NULL, start) && buffer.size() - start == NULL.length) {
			buffer.cut(before);
		}
		else if (buffer.array()[start] != '{') {
			buffer.insert(start, '[');
			buffer.write(']');
		}
		else if (!buffer.contains(META_NAME, start)) {
			writeMeta(buffer, start);
		}
	}

	/**
	 * Adds a member at the end of the parameters, if it says anything.
	 */
	private void writeMeta(PayloadBuffer buffer, int start) throws IOException {
		byte[] trace = trace(buffer);
		if (trace.length == 0 && this.timeoutMillis <= 0) {
			return;
		}
		int last = buffer.size() - 1;
		while (buffer.array()[last] != '}') {
			last--;
		}
		buffer.cut(last);
		boolean empty = true;
		for (int i = start + 1; i < last && empty; i++) {
			empty = Character.isWhitespace(buffer.array()[i]);
		}
		if (!empty) {
			buffer.write(',');
		}
		buffer.append(META);
		buffer.append(trace);
		if (this.timeoutMillis > 0) {
			if (trace.length > 0) {
				buffer.write(',');
			}
			buffer.append(TIMEOUT);
			buffer.append(ascii(Long.toString(this.timeoutMillis)));
		}
		buffer.append(ascii("}}"));
	}

	/**
	 * What is said of the trace: nothing if there is no room for it, since a call must
	 * not fail for being traced.
	 */
	private byte[] trace(PayloadBuffer buffer) {
		if (this.context == TraceContext.NONE) {
			return NOTHING;
		}
		byte[] trace = RpcWriter.context(this.context);
		return (trace.length <= buffer.room() - MAX_AROUND) ? trace : NOTHING;
	}

}
