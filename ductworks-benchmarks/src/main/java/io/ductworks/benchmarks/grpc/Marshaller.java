package io.ductworks.benchmarks.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

import io.ductworks.benchmarks.PayloadCodec;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;

/**
 * Messages to streams and back, with a copy into the buffer that is sent and one out of
 * the buffer that was read.
 */
class Marshaller implements MethodDescriptor.Marshaller<Object> {

	private final PayloadCodec codec;

	Marshaller(PayloadCodec codec) {
		this.codec = codec;
	}

	@Override
	public InputStream stream(Object message) {
		return new PayloadStream(this.codec.write(message));
	}

	@Override
	public Object parse(InputStream stream) {
		try {
			return this.codec.read((stream instanceof KnownLength) ? exactly(stream) : stream.readAllBytes());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static byte[] exactly(InputStream stream) throws IOException {
		byte[] payload = new byte[stream.available()];
		int read = stream.readNBytes(payload, 0, payload.length);
		if (read != payload.length) {
			throw new IOException("Only " + read + " of " + payload.length + " bytes");
		}
		return payload;
	}

}
