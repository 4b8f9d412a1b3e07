package io.ductworks.benchmarks.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Puts the header before payloads: both in one pooled direct buffer, which is the one
 * copy that a socket needs anyway.
 */
class FrameEncoder extends ChannelOutboundHandlerAdapter {

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		ctx.write((message instanceof byte[] payload) ? frame(ctx.alloc(), payload) : message, promise);
	}

	static ByteBuf frame(ByteBufAllocator allocator, byte[] payload) {
		return allocator.directBuffer(FrameDecoder.HEADER + payload.length)
			.writeByte(FrameDecoder.MARK)
			.writeInt(payload.length)
			.writeBytes(payload);
	}

}
