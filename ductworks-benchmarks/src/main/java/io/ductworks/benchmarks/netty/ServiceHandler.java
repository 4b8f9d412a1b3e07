package io.ductworks.benchmarks.netty;

import io.ductworks.benchmarks.Payloads;
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

	private final Payloads payloads;

	ServiceHandler(Service service, Payloads payloads) {
		this.service = service;
		this.payloads = payloads;
	}

	@Override
	protected void channelRead0(ChannelHandlerContext ctx, ByteBuf frame) {
		Object answer = this.service.handle(this.payloads.read(ByteBufUtil.getBytes(frame)));
		if (answer != null) {
			ctx.write(this.payloads.write(answer), ctx.voidPromise());
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
