package io.ductworks.benchmarks.grpc;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.ductworks.benchmarks.Link;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;

/**
 * The asking side: unary calls, and a stream for each thread that sends.
 */
class GrpcLink implements Link {

	/** The default of 32 kB has a sender wait after every few messages. */
	private static final int READY = 1024 * 1024;

	private final ManagedChannel channel;

	private final Runnable afterwards;

	private final MethodDescriptor<Object, Object> exchange;

	private final MethodDescriptor<Object, Object> send;

	private final Queue<Outgoing> streams = new ConcurrentLinkedQueue<>();

	private final ThreadLocal<Outgoing> outgoing = ThreadLocal.withInitial(this::openStream);

	GrpcLink(ManagedChannel channel, Runnable afterwards, MethodDescriptor<Object, Object> exchange,
			MethodDescriptor<Object, Object> send) {
		this.channel = channel;
		this.afterwards = afterwards;
		this.exchange = exchange;
		this.send = send;
	}

	@Override
	public Object exchange(Object message) {
		return ClientCalls.blockingUnaryCall(this.channel, this.exchange, CallOptions.DEFAULT, message);
	}

	@Override
	public void send(Object message) throws Exception {
		this.outgoing.get().send(message);
	}

	private Outgoing openStream() {
		Outgoing stream = new Outgoing();
		ClientCalls.asyncBidiStreamingCall(
				this.channel.newCall(this.send, CallOptions.DEFAULT.withOnReadyThreshold(READY)), stream);
		this.streams.add(stream);
		return stream;
	}

	@Override
	public void close() {
		this.streams.forEach(Outgoing::close);
		this.channel.shutdownNow();
		this.afterwards.run();
	}

}
