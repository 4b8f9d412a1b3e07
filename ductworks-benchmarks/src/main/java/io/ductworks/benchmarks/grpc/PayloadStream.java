package io.ductworks.benchmarks.grpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;

import io.grpc.Drainable;
import io.grpc.KnownLength;

/**
 * Bytes that gRPC takes at once, knowing how many there are.
 */
class PayloadStream extends ByteArrayInputStream implements Drainable, KnownLength {

	PayloadStream(byte[] payload) {
		super(payload);
	}

	@Override
	public synchronized int drainTo(OutputStream target) throws IOException {
		int length = this.count - this.pos;
		target.write(this.buf, this.pos, length);
		this.pos = this.count;
		return length;
	}

}
