package io.ductworks.benchmarks.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * Puts the header before payloads and gathers small ones in a pooled direct buffer until
 * a flush or until it is full: that is the one copy a socket needs anyway, and much
 * faster than a buffer for each. Writes count as done when they are gathered: what goes
 * wrong later closes the channel.
 */
class FrameEncoder extends ChannelOutboundHandlerAdapter {

	private static final int FULL = 64 * 1024;

	private @Nullable ByteBuf gathered;

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		byte[] payload = (byte[]) message;
		int length = FrameDecoder.HEADER + payload.length;
		ByteBuf buffer = this.gathered;
		if (buffer != null && buffer.maxFastWritableBytes() < length) {
			writeGathered(ctx);
			buffer = null;
		}
		if (buffer == null) {
			buffer = ctx.alloc().directBuffer(Math.max(FULL, length));
			this.gathered = buffer;
		}
		buffer.writeByte(FrameDecoder.MARK).writeInt(payload.length).writeBytes(payload);
		if (!promise.isVoid()) {
			promise.trySuccess();
		}
	}

	@Override
	public void flush(ChannelHandlerContext ctx) {
		writeGathered(ctx);
		ctx.flush();
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext ctx) {
		if (this.gathered != null) {
			this.gathered.release();
			this.gathered = null;
		}
	}

	private void writeGathered(ChannelHandlerContext ctx) {
		ByteBuf buffer = this.gathered;
		if (buffer != null) {
			this.gathered = null;
			ctx.write(buffer, ctx.voidPromise());
		}
	}

}
