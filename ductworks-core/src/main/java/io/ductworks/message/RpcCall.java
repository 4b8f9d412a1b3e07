package io.ductworks.message;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import io.ductworks.codec.MessageCodec;
import io.ductworks.internal.protocol.RpcWriter;
import org.jspecify.annotations.Nullable;

/**
 * A request or notification of JSON-RPC that is to be sent. What is an object becomes the
 * parameters as it is, anything else their one element, {@code null} none.
 *
 * @param method what is called
 * @param content the payload
 * @param id the request's id, 0 for a notification and before it has one
 * @param timeoutMillis how long the requester still waits, 0 to say nothing of it
 */
record RpcCall(String method, @Nullable Object content, long id, long timeoutMillis) implements Outgoing {

	private static final byte[] PARAMS = ascii(",\"params\":");

	private static final byte[] NULL = ascii("null");

	private static final byte[] META_NAME = ascii("\"_meta\"");

	private static final byte[] TIMEOUT = ascii("\"_meta\":{\"io.ductworks/timeout\":");

	RpcCall(String method, @Nullable Object content) {
		this(method, content, 0, 0);
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * The same as a request that is about to go out.
	 */
	RpcCall with(long id, long timeoutMillis) {
		return new RpcCall(this.method, this.content, id, timeoutMillis);
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
		else if (this.timeoutMillis > 0 && !buffer.contains(META_NAME, start)) {
			writeTimeout(buffer, start);
		}
	}

	/**
	 * Adds a member at the end of the parameters.
	 */
	private void writeTimeout(PayloadBuffer buffer, int start) throws IOException {
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
		buffer.append(TIMEOUT);
		buffer.append(ascii(Long.toString(this.timeoutMillis)));
		buffer.append(ascii("}}"));
	}

}
