package io.ductworks.codec;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Turns messages into payload bytes and back. Both ends of a duct need codecs that agree;
 * the original's default, and ours, is JSON. Implementations are thread-safe and do not
 * block. Whatever they throw loses one message only: the duct wraps it in a
 * {@link io.ductworks.MessageCodecException} that names the duct, and the connection
 * stays.
 */
public interface MessageCodec {

	/**
	 * Writes one message.
	 * @param message what to write; {@code null} is a message too
	 * @param target takes the payload
	 * @throws IOException if the message cannot be written in this form
	 */
	void encode(@Nullable Object message, OutputStream target) throws IOException;

	/**
	 * Writes one message whose type is known, which may say more than the value does.
	 * @param message what to write; {@code null} is a message too
	 * @param type its type, which may be generic
	 * @param target takes the payload
	 * @throws IOException if the message cannot be written in this form
	 */
	default void encode(@Nullable Object message, Type type, OutputStream target) throws IOException {
		encode(message, target);
	}

	/**
	 * Reads one message.
	 * @param bytes holds the payload; it must neither be changed nor kept
	 * @param offset where the payload begins
	 * @param length its length, possibly 0
	 * @param type the wanted type; {@code Object.class} for what is natural for the
	 * payload
	 * @return the message
	 * @throws IOException if the bytes are no message of that type
	 */
	@Nullable Object decode(byte[] bytes, int offset, int length, Type type) throws IOException;

	/**
	 * Whether there can be messages of a type: what is asked before the first one comes,
	 * so that a receiver that can never get one is found when it is set up.
	 * @param type the type, which may be generic
	 * @return {@code false} if no message of that type can be read or written; by default
	 * {@code true}
	 */
	default boolean supports(Type type) {
		return true;
	}

	/**
	 * JSON in UTF-8 with a mapper of this library's own settings.
	 * @return the codec
	 * @see #json(JsonMapper)
	 */
	static MessageCodec json() {
		return new JsonCodec(JsonMapper.shared());
	}

	/**
	 * One JSON value in UTF-8 for each message. Any value may stand at the top, and
	 * {@code NaN} and the infinities are read and written bare, as Python does. Bytes
	 * that are not strict UTF-8 are refused. Reading is limited to 250,000 tokens, a
	 * depth of 500, numbers of 1,000 digits, integers with an exponent of 1,000 and names
	 * of 50,000 characters, or less if the mapper is stricter; the type comes from the
	 * caller alone, never from the payload, so default typing is turned off.
	 * @param mapper maps objects; its own settings hold where the above says nothing
	 * @return the codec
	 */
	static MessageCodec json(JsonMapper mapper) {
		return new JsonCodec(mapper);
	}

	/**
	 * Strings in strict UTF-8. Anything else is refused, {@code null} included.
	 * @return the codec
	 */
	static MessageCodec text() {
		return TextCodec.plain(StandardCharsets.UTF_8, CodingErrorAction.REPORT);
	}

	/**
	 * Text of any form.
	 * @param toText makes the text of a message
	 * @param fromText makes the message of a text
	 * @param charset the encoding
	 * @param onError what to do with what the encoding does not allow:
	 * {@link CodingErrorAction#REPORT} refuses the message,
	 * {@link CodingErrorAction#REPLACE} is what the original does when it reads
	 * @return the codec
	 */
	static MessageCodec text(Function<@Nullable Object, String> toText, Function<String, @Nullable Object> fromText,
			Charset charset, CodingErrorAction onError) {
		return new TextCodec(toText, fromText, charset, onError);
	}

	/**
	 * Payloads as they are: {@code byte[]} in, {@code byte[]} out.
	 * @return the codec
	 */
	static MessageCodec bytes() {
		return BytesCodec.INSTANCE;
	}

}
