package io.ductworks.message;

import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A message that is encoded already.
 *
 * @param bytes its payload
 */
record EncodedPayload(byte[] bytes) {

	static EncodedPayload of(@Nullable Object message, Payloads payloads) {
		if (message instanceof EncodedPayload encoded) {
			return encoded;
		}
		PayloadBuffer buffer = payloads.encode(message);
		try {
			return new EncodedPayload(Arrays.copyOf(buffer.array(), buffer.size()));
		}
		finally {
			payloads.recycle(buffer);
		}
	}

}
