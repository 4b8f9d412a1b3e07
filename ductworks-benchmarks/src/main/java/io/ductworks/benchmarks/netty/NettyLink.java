package io.ductworks.benchmarks.netty;

import java.util.concurrent.CompletableFuture;

import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.Payloads;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;

/**
 * The asking side.
 */
class NettyLink implements Link {

	private final EventLoopGroup group;

	private final Channel channel;

	private final ExchangeHandler exchanges;

	private final Payloads payloads;

	NettyLink(EventLoopGroup group, Channel channel, ExchangeHandler exchanges, Payloads payloads) {
		this.group = group;
		this.channel = channel;
		this.exchanges = exchanges;
		this.payloads = payloads;
	}

	@Override
	public Object exchange(Object message) throws Exception {
		CompletableFuture<byte[]> answer = new CompletableFuture<>();
		this.channel.writeAndFlush(new Exchange(this.payloads.write(message), answer)).addListener((written) -> {
			if (!written.isSuccess()) {
				answer.completeExceptionally(written.cause());
			}
		});
		return this.payloads.read(answer.get());
	}

	@Override
	public void send(Object message) throws Exception {
		this.exchanges.awaitWritable(this.channel);
		// Framed here: that leaves the event loop, which is the busier thread, less to do
		this.channel.writeAndFlush(FrameEncoder.frame(this.channel.alloc(), this.payloads.write(message)),
				this.channel.voidPromise());
	}

	@Override
	public void close() {
		this.channel.close().syncUninterruptibly();
		NettyContender.shutDown(this.group);
	}

}
