package io.ductworks.benchmarks.grpc;

import java.nio.channels.ClosedChannelException;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import org.jspecify.annotations.Nullable;

/**
 * A stream that one thread sends into, and which holds that thread up while gRPC is not
 * ready for more.
 */
class Outgoing implements ClientResponseObserver<Object, Object> {

	private final Object readiness = new Object();

	private volatile @Nullable ClientCallStreamObserver<Object> requests;

	private volatile boolean ended;

	@Override
	public void beforeStart(ClientCallStreamObserver<Object> requests) {
		this.requests = requests;
		requests.setOnReadyHandler(this::wake);
	}

	void send(Object message) throws ClosedChannelException, InterruptedException {
		ClientCallStreamObserver<Object> stream = this.requests;
		if (stream == null) {
			throw new ClosedChannelException();
		}
		if (!stream.isReady()) {
			awaitReady(stream);
		}
		stream.onNext(message);
	}

	private void awaitReady(ClientCallStreamObserver<Object> stream)
			throws ClosedChannelException, InterruptedException {
		synchronized (this.readiness) {
			while (!stream.isReady()) {
				if (this.ended) {
					throw new ClosedChannelException();
				}
				this.readiness.wait();
			}
		}
	}

	@Override
	public void onNext(Object nothing) {
		// Streams have no answers
	}

	@Override
	public void onError(Throwable ex) {
		end();
	}

	@Override
	public void onCompleted() {
		end();
	}

	void close() {
		ClientCallStreamObserver<Object> stream = this.requests;
		if (stream != null && !this.ended) {
			stream.onCompleted();
		}
	}

	private void end() {
		this.ended = true;
		wake();
	}

	private void wake() {
		synchronized (this.readiness) {
			this.readiness.notifyAll();
		}
	}

}
