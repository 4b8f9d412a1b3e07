package io.ductworks.codec;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Text in one character encoding.
 */
final class TextCodec implements MessageCodec {

	private final Function<@Nullable Object, String> toText;

	private final Function<String, @Nullable Object> fromText;

	private final Charset charset;

	private final CodingErrorAction onError;

	/** Whether messages are the text itself. */
	private final boolean plain;

	TextCodec(Function<@Nullable Object, String> toText, Function<String, @Nullable Object> fromText, Charset charset,
			CodingErrorAction onError) {
		this(toText, fromText, charset, onError, false);
	}

	private TextCodec(Function<@Nullable Object, String> toText, Function<String, @Nullable Object> fromText,
			Charset charset, CodingErrorAction onError, boolean plain) {
		this.toText = toText;
		this.fromText = fromText;
		this.charset = charset;
		this.onError = onError;
		this.plain = plain;
	}

	/**
	 * A codec whose messages are strings and nothing else.
	 */
	static TextCodec plain(Charset charset, CodingErrorAction onError) {
		return new TextCodec(TextCodec::requireString, (text) -> text, charset, onError, true);
	}

	/**
	 * Takes strings alone: the text of other objects says little of them, and cannot be
	 * read back.
	 */
	private static String requireString(@Nullable Object message) {
		if (message instanceof String text) {
			return text;
		}
		throw new IllegalArgumentException("the text codec sends strings, not "
				+ ((message != null) ? message.getClass().getTypeName() : "null") + "; choose another codec");
	}

	@Override
	public void encode(@Nullable Object message, OutputStream target) throws IOException {
		ByteBuffer encoded = this.charset.newEncoder()
			.onMalformedInput(this.onError)
			.onUnmappableCharacter(this.onError)
			.encode(CharBuffer.wrap(this.toText.apply(message)));
		target.write(encoded.array(), encoded.arrayOffset(), encoded.remaining());
	}

	@Override
	public @Nullable Object decode(byte[] bytes, int offset, int length, Type type) throws IOException {
		CharBuffer text = this.charset.newDecoder()
			.onMalformedInput(this.onError)
			.onUnmappableCharacter(this.onError)
			.decode(ByteBuffer.wrap(bytes, offset, length));
		Object message = this.fromText.apply(text.toString());
		if (message != null && type instanceof Class<?> wanted && !wanted.isInstance(message)) {
			throw new IOException("the text codec gave " + message.getClass().getName() + ", not " + wanted.getName());
		}
		return message;
	}

	/**
	 * What the functions of a user make, only their calls can tell.
	 */
	@Override
	public boolean supports(Type type) {
		if (!this.plain) {
			return true;
		}
		Type raw = (type instanceof ParameterizedType generic) ? generic.getRawType() : type;
		return !(raw instanceof Class<?> wanted) || wanted.isAssignableFrom(String.class);
	}

	@Override
	public String toString() {
		return "text";
	}

}
