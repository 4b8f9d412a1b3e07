package io.ductworks.benchmarks.netty;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Takes payloads from threads that send, and has the event loop write and flush as many
 * as there are in one go, while the channel is writable, and holds senders up while too
 * much is under way. A write from outside the event loop would be a task for each
 * message: with {@code FlushConsolidationHandler}, or a flush after every 64 or 256
 * writes, that is several times slower.
 */
class SendQueue extends ChannelInboundHandlerAdapter {

	private static final int ROOM = 4 * 1024 * 1024;

	private static final int BATCH = 16 * 1024;

	private final Queue<byte[]> queue = new ConcurrentLinkedQueue<>();

	private final Semaphore room = new Semaphore(ROOM);

	private final AtomicBoolean scheduled = new AtomicBoolean();

	private volatile @Nullable ChannelHandlerContext context;

	@Override
	public void handlerAdded(ChannelHandlerContext ctx) {
		this.context = ctx;
	}

	void send(byte[] payload) throws IOException, InterruptedException {
		this.room.acquire(cost(payload));
		ChannelHandlerContext open = this.context;
		if (open == null) {
			this.room.release(ROOM);
			throw new ClosedChannelException();
		}
		this.queue.add(payload);
		if (ROOM - this.room.availablePermits() >= BATCH) {
			schedule(open);
		}
	}

	void flush() {
		ChannelHandlerContext open = this.context;
		if (open != null) {
			schedule(open);
		}
	}

	private void schedule(ChannelHandlerContext ctx) {
		if (this.scheduled.compareAndSet(false, true)) {
			ctx.executor().execute(() -> drain(ctx));
		}
	}

	private void drain(ChannelHandlerContext ctx) {
		this.scheduled.set(false);
		int written = 0;
		while (ctx.channel().isWritable()) {
			byte[] payload = this.queue.poll();
			if (payload == null) {
				break;
			}
			ctx.write(payload, ctx.voidPromise());
			written += cost(payload);
		}
		ctx.flush();
		this.room.release(written);
	}

	@Override
	public void channelWritabilityChanged(ChannelHandlerContext ctx) {
		if (ctx.channel().isWritable() && !this.queue.isEmpty()) {
			schedule(ctx);
		}
		ctx.fireChannelWritabilityChanged();
	}

	@Override
	public void channelInactive(ChannelHandlerContext ctx) {
		this.context = null;
		this.room.release(ROOM);
		ctx.fireChannelInactive();
	}

	// What is queued costs more than its bytes
	private static int cost(byte[] payload) {
		return Math.min(ROOM, payload.length + Long.SIZE);
	}

}
