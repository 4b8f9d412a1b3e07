package io.ductworks.benchmarks.netty;

import java.util.concurrent.CompletableFuture;

import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.PayloadCodec;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;

/**
 * The asking side.
 */
class NettyLink implements Link {

	private final EventLoopGroup group;

	private final Channel channel;

	private final SendQueue queue;

	private final PayloadCodec codec;

	NettyLink(EventLoopGroup group, Channel channel, SendQueue queue, PayloadCodec codec) {
		this.group = group;
		this.channel = channel;
		this.queue = queue;
		this.codec = codec;
	}

	@Override
	public Object exchange(Object message) throws Exception {
		CompletableFuture<byte[]> answer = new CompletableFuture<>();
		this.channel.writeAndFlush(new Exchange(this.codec.write(message), answer)).addListener((written) -> {
			if (!written.isSuccess()) {
				answer.completeExceptionally(written.cause());
			}
		});
		return this.codec.read(answer.get());
	}

	@Override
	public void send(Object message) throws Exception {
		this.queue.send(this.codec.write(message));
	}

	@Override
	public void flush() {
		this.queue.flush();
	}

	@Override
	public void close() {
		this.channel.close().syncUninterruptibly();
		NettyContender.shutDown(this.group);
	}

}
