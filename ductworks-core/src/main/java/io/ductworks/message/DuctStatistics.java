package io.ductworks.message;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

import io.ductworks.CloseReason;

/**
 * Live totals of a parent or child, since it was created; they outlive its connections.
 * Thread-safe, never blocking. Each figure is exact by itself, two of them need not be
 * from the same instant. Bytes are those of payloads, without headers.
 */
public final class DuctStatistics {

	final LongAdder messagesSent = new LongAdder();

	final LongAdder messagesReceived = new LongAdder();

	final LongAdder bytesSent = new LongAdder();

	final LongAdder bytesReceived = new LongAdder();

	final LongAdder messagesUnsent = new LongAdder();

	final LongAdder connectionsOpened = new LongAdder();

	final AtomicInteger connections = new AtomicInteger();

	final LongAdder connectsSucceeded = new LongAdder();

	final LongAdder connectsFailed = new LongAdder();

	private final AtomicLongArray closed = new AtomicLongArray(CloseReason.values().length);

	private final AtomicLongArray requests = new AtomicLongArray(RequestOutcome.values().length);

	private final AtomicLongArray requestNanos = new AtomicLongArray(RequestOutcome.values().length);

	private final IntSupplier outboundPending;

	DuctStatistics(IntSupplier outboundPending) {
		this.outboundPending = outboundPending;
	}

	void sent(int bytes) {
		this.messagesSent.increment();
		this.bytesSent.add(bytes);
	}

	void received(int bytes) {
		this.messagesReceived.increment();
		this.bytesReceived.add(bytes);
	}

	void closed(CloseReason reason) {
		this.closed.incrementAndGet(reason.ordinal());
	}

	void requested(RequestOutcome outcome, long nanos) {
		this.requests.incrementAndGet(outcome.ordinal());
		this.requestNanos.addAndGet(outcome.ordinal(), nanos);
	}

	/**
	 * Messages that were accepted to be sent, the unsent among them.
	 * @return the number of messages
	 */
	public long messagesSent() {
		return this.messagesSent.sum();
	}

	/**
	 * Messages that were taken from the wire, answers to requests among them.
	 * @return the number of messages
	 */
	public long messagesReceived() {
		return this.messagesReceived.sum();
	}

	/**
	 * Payload bytes of {@link #messagesSent()}.
	 * @return the number of bytes
	 */
	public long bytesSent() {
		return this.bytesSent.sum();
	}

	/**
	 * Payload bytes of {@link #messagesReceived()}.
	 * @return the number of bytes
	 */
	public long bytesReceived() {
		return this.bytesReceived.sum();
	}

	/**
	 * Accepted messages that were not fully written when their connection ended.
	 * @return the number of messages
	 */
	public long messagesUnsent() {
		return this.messagesUnsent.sum();
	}

	/**
	 * Connections that are open now.
	 * @return the number of connections
	 */
	public int connections() {
		return this.connections.get();
	}

	/**
	 * Connections that were ever opened.
	 * @return the number of connections
	 */
	public long connectionsOpened() {
		return this.connectionsOpened.sum();
	}

	/**
	 * Connections that ended for a reason; refused ones count too.
	 * @param reason the reason
	 * @return the number of connections
	 */
	public long connectionsClosed(CloseReason reason) {
		return this.closed.get(reason.ordinal());
	}

	/**
	 * Attempts of a child to connect that succeeded.
	 * @return the number of attempts
	 */
	public long connectsSucceeded() {
		return this.connectsSucceeded.sum();
	}

	/**
	 * Attempts of a child to connect that failed.
	 * @return the number of attempts
	 */
	public long connectsFailed() {
		return this.connectsFailed.sum();
	}

	/**
	 * Requests that ended with an outcome.
	 * @param outcome the outcome
	 * @return the number of requests
	 */
	public long requests(RequestOutcome outcome) {
		return this.requests.get(outcome.ordinal());
	}

	/**
	 * How long the requests with an outcome took together.
	 * @param outcome the outcome
	 * @return the sum in nanoseconds
	 */
	public long requestNanos(RequestOutcome outcome) {
		return this.requestNanos.get(outcome.ordinal());
	}

	/**
	 * Bytes that wait to be written, over all connections, headers included.
	 * @return the number of bytes
	 */
	public int outboundPending() {
		return this.outboundPending.getAsInt();
	}

}
