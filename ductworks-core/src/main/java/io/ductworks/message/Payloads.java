package io.ductworks.message;

import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

import io.ductworks.MessageCodecException;
import io.ductworks.codec.MessageCodec;
import io.ductworks.internal.loop.LogText;
import io.ductworks.internal.protocol.Part;
import org.jspecify.annotations.Nullable;

/**
 * Messages to payload bytes and back, within the limits of one duct. Thread-safe.
 */
final class Payloads {

	private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

	private final String subject;

	private final MessageCodec codec;

	private final int maxFrameSize;

	private final AtomicReference<@Nullable PayloadBuffer> spareBuffer = new AtomicReference<>();

	Payloads(String subject, MessageCodec codec, int maxFrameSize) {
		this.subject = subject;
		this.codec = codec;
		this.maxFrameSize = maxFrameSize;
	}

	int maxFrameSize() {
		return this.maxFrameSize;
	}

	/**
	 * Encodes one message.
	 * @return the payload, to be given back to {@link #recycle}
	 */
	PayloadBuffer encode(@Nullable Object message) {
		PayloadBuffer spare = this.spareBuffer.getAndSet(null);
		PayloadBuffer buffer = (spare != null) ? spare : new PayloadBuffer(this.maxFrameSize);
		boolean encoded = false;
		try {
			write(message, buffer);
			encoded = true;
			return buffer;
		}
		catch (Exception ex) {
			// A codec may throw checked exceptions that it does not declare.
			if (buffer.isExceeded()) {
				throw tooLarge(buffer.total() + " bytes or more");
			}
			Object content = (message instanceof Outgoing outgoing) ? outgoing.content() : message;
			throw new MessageCodecException(
					this.subject + ": cannot encode " + ((content != null) ? content.getClass().getName() : "null")
							+ ": " + LogText.shown(String.valueOf(ex.getMessage())),
					ex);
		}
		finally {
			if (!encoded) {
				recycle(buffer);
			}
		}
	}

	private void write(@Nullable Object message, PayloadBuffer buffer) throws IOException {
		if (message instanceof Outgoing outgoing) {
			outgoing.write(this.codec, buffer);
		}
		else {
			Outgoing.encode(message, this.codec, buffer);
		}
	}

	/**
	 * Gives back what {@link #encode} gave.
	 */
	void recycle(PayloadBuffer buffer) {
		if (buffer.recycle()) {
			this.spareBuffer.set(buffer);
		}
	}

	/**
	 * Refuses a message that is larger than a frame may be.
	 */
	void requireFits(int length) {
		if (length > this.maxFrameSize) {
			throw tooLarge(length + " bytes");
		}
	}

	private MessageCodecException tooLarge(String size) {
		return new MessageCodecException(this.subject + ": a message of " + size + " is not sent, the limit is "
				+ this.maxFrameSize + "; send less at a time or raise max-frame-size on both sides", null);
	}

	/**
	 * Whether payloads are messages of a type as they are.
	 */
	boolean areMessages(Type type) {
		return this.codec == MessageCodec.bytes() && (type == byte[].class || type == Object.class);
	}

	/**
	 * Decodes a JSON value in a payload.
	 * @param part where it is, {@code null} for the value {@code null}
	 */
	<T> @Nullable T decodePart(byte[] payload, @Nullable Part part, Type type) {
		return (part != null) ? decode(payload, part.offset(), part.length(), type)
				: decode(NULL, 0, NULL.length, type);
	}

	@SuppressWarnings("unchecked")
	<T> @Nullable T decode(byte[] bytes, int offset, int length, Type type) {
		try {
			return (T) this.codec.decode(bytes, offset, length, type);
		}
		catch (Exception ex) {
			// A codec may throw checked exceptions that it does not declare.
			throw new MessageCodecException(this.subject + ": a message of " + length + " bytes cannot be read as "
					+ type.getTypeName() + ": " + LogText.shown(String.valueOf(ex.getMessage())), ex);
		}
	}

}
