package io.ductworks.benchmarks.netty;

import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Queue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/**
 * Matches answers to exchanges, as they come in the order of the questions.
 */
class ExchangeHandler extends ChannelDuplexHandler {

	private final Queue<Exchange> pending = new ArrayDeque<>();

	@Override
	public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
		if (message instanceof Exchange exchange) {
			this.pending.add(exchange);
			ctx.write(exchange.payload(), promise);
		}
		else {
			ctx.write(message, promise);
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext ctx, Object message) {
		ByteBuf frame = (ByteBuf) message;
		try {
			this.pending.remove().answer().complete(ByteBufUtil.getBytes(frame));
		}
		finally {
			frame.release();
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.pending.forEach((exchange) -> exchange.answer().completeExceptionally(new ClosedChannelException()));
		this.pending.clear();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		ctx.close();
	}

}
