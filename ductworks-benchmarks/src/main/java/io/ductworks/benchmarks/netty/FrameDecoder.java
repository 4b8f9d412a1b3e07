package io.ductworks.benchmarks.netty;

import io.netty.handler.codec.LengthFieldBasedFrameDecoder;

/**
 * Cuts payloads out of what was read: a byte that marks the frame, four of length.
 */
class FrameDecoder extends LengthFieldBasedFrameDecoder {

	static final int MARK = 0x54;

	static final int HEADER = 5;

	private static final int MAX = 64 * 1024 * 1024;

	FrameDecoder() {
		super(MAX, 1, 4, 0, HEADER);
	}

}
