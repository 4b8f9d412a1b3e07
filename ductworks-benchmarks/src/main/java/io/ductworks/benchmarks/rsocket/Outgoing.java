package io.ductworks.benchmarks.rsocket;

import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Semaphore;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * A stream of what one thread sends, and which holds that thread up while the other side
 * has asked for no more.
 *
 * @param <T> what is sent
 */
class Outgoing<T> {

	private final Semaphore demand = new Semaphore(0);

	private volatile @Nullable FluxSink<T> sink;

	private volatile boolean closed;

	Flux<T> stream() {
		return Flux.push(this::open, FluxSink.OverflowStrategy.IGNORE);
	}

	private void open(FluxSink<T> sink) {
		this.sink = sink;
		sink.onRequest((n) -> this.demand.release((int) Math.min(n, Integer.MAX_VALUE / 2)));
	}

	void send(T message) throws ClosedChannelException, InterruptedException {
		this.demand.acquire();
		FluxSink<T> open = this.sink;
		if (this.closed || open == null) {
			this.demand.release();
			throw new ClosedChannelException();
		}
		open.next(message);
	}

	void close() {
		this.closed = true;
		FluxSink<T> open = this.sink;
		if (open != null) {
			open.complete();
		}
		this.demand.release();
	}

}
