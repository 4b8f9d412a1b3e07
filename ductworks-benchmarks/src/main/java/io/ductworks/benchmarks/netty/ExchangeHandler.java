package io.ductworks.benchmarks.netty;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Queue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;

/**
 * Matches answers to exchanges, as they come in the order of the questions, and holds up
 * senders while too much is under way.
 */
class ExchangeHandler extends ChannelDuplexHandler {

	private final Queue<Exchange> pending = new ArrayDeque<>();

	private final Object writability = new Object();

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
	public void channelWritabilityChanged(ChannelHandlerContext ctx) {
		wakeSenders();
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		wakeSenders();
		this.pending.forEach((exchange) -> exchange.answer().completeExceptionally(new ClosedChannelException()));
		this.pending.clear();
	}

	@Override
	public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
		ctx.close();
	}

	void awaitWritable(Channel channel) throws InterruptedException, IOException {
		if (channel.isWritable()) {
			return;
		}
		synchronized (this.writability) {
			while (!channel.isWritable()) {
				if (!channel.isActive()) {
					throw new ClosedChannelException();
				}
				this.writability.wait();
			}
		}
	}

	private void wakeSenders() {
		synchronized (this.writability) {
			this.writability.notifyAll();
		}
	}

}
