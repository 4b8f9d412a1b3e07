package io.ductworks.message;

import java.io.IOException;

import io.ductworks.codec.MessageCodec;
import org.jspecify.annotations.Nullable;

/**
 * A payload of which only a part is the user's, to be encoded by the duct's codec.
 */
interface Outgoing {

	/**
	 * Writes the payload.
	 * @param codec encodes what is the user's
	 * @param buffer takes the payload
	 * @throws IOException if it cannot be encoded, or is too long
	 */
	void write(MessageCodec codec, PayloadBuffer buffer) throws IOException;

	/**
	 * The user's part, for messages about what cannot be encoded.
	 */
	@Nullable Object content();

	/**
	 * Encodes what is the user's.
	 */
	static void encode(@Nullable Object content, MessageCodec codec, PayloadBuffer buffer) throws IOException {
		if (content instanceof TypedPayload typed) {
			codec.encode(typed.value(), typed.type(), buffer);
		}
		else {
			codec.encode(content, buffer);
		}
	}

}
