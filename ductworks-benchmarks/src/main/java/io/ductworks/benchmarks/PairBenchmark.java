package io.ductworks.benchmarks;

import java.util.concurrent.TimeUnit;

import io.ductworks.codec.MessageCodec;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.DuctPair;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Messages of 128 bytes from one end of a pair to the other.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PairBenchmark {

	static final int MESSAGES = 1000;

	private final byte[] payload = new byte[128];

	private final DuctPair plain = DuctPair.create((parent) -> parent.codec(MessageCodec.bytes()),
			(child) -> child.codec(MessageCodec.bytes()));

	private final DuctPair handling = DuctPair.create(
			(parent) -> parent.codec(MessageCodec.bytes()).handler((from, message) -> handle(message)),
			(child) -> child.codec(MessageCodec.bytes()));

	private volatile long handled;

	private void handle(DuctMessage message) {
		message.as(byte[].class);
		this.handled = this.handled + 1;
	}

	/**
	 * Closes the pairs.
	 */
	@TearDown
	public void close() {
		this.plain.close();
		this.handling.close();
	}

	/**
	 * Sends and receives on one thread, in turn from either end, as in a conversation.
	 * @return what was received
	 */
	@Benchmark
	@OperationsPerInvocation(2)
	public byte @Nullable [] sendAndRecv() {
		this.plain.child().send(this.payload);
		this.plain.parent().send(this.plain.parent().recv(byte[].class));
		return this.plain.child().recv(byte[].class);
	}

	/**
	 * Sends to a handler.
	 */
	@Benchmark
	@OperationsPerInvocation(MESSAGES)
	public void dispatch() {
		long expected = this.handled + MESSAGES;
		for (int i = 0; i < MESSAGES; i++) {
			this.handling.child().send(this.payload);
		}
		while (this.handled < expected) {
			Thread.onSpinWait();
		}
	}

}
