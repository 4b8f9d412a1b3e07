package io.ductworks.codec;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Payloads as they are.
 */
final class BytesCodec implements MessageCodec {

	static final BytesCodec INSTANCE = new BytesCodec();

	private BytesCodec() {
	}

	@Override
	public void encode(@Nullable Object message, OutputStream target) throws IOException {
		if (!(message instanceof byte[] bytes)) {
			throw new IOException("the bytes codec sends byte[], not "
					+ ((message != null) ? message.getClass().getName() : "null") + "; choose another codec");
		}
		target.write(bytes);
	}

	@Override
	public Object decode(byte[] bytes, int offset, int length, Type type) throws IOException {
		if (!supports(type)) {
			throw new IOException("the bytes codec gives byte[], not " + type.getTypeName() + "; choose another codec");
		}
		return Arrays.copyOfRange(bytes, offset, offset + length);
	}

	@Override
	public boolean supports(Type type) {
		return type == byte[].class || type == Object.class;
	}

	@Override
	public String toString() {
		return "bytes";
	}

}
