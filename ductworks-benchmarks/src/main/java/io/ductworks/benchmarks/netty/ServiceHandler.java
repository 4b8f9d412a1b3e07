package io.ductworks.benchmarks.netty;

import io.ductworks.benchmarks.PayloadCodec;
import io.ductworks.benchmarks.Service;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;

/**
 * Has the service handle what was read, on the event loop, and flushes the answers once
 * per read.
 */
class ServiceHandler extends SimpleChannelInboundHandler<ByteBuf> {

	private final Service service;

	private final PayloadCodec codec;

	ServiceHandler(Service service, PayloadCodec codec) {
		this.service = service;
		this.codec = codec;
	}

	@Override
	protected void channelRead0(ChannelHandlerContext ctx, ByteBuf frame) {
		Object answer = this.service.handle(this.codec.read(ByteBufUtil.getBytes(frame)));
		if (answer != null) {
			ctx.write(this.codec.write(answer), ctx.voidPromise());
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext ctx) {
		ctx.flush();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		ctx.close();
	}

}
