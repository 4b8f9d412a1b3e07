package io.ductworks.message;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

import io.ductworks.CloseReason;
import io.ductworks.internal.connection.Connection;

/**
 * Live totals of a parent or child, since it was created; they outlive its connections.
 * Thread-safe. Each figure is exact by itself, two of them need not be from the same
 * instant. Bytes are those of payloads, without headers.
 */
public final class DuctStatistics {

	/** The connections that count for themselves, guarded by itself. */
	private final Set<Connection> counting = new HashSet<>();

	/** Of connections that count no more, guarded by {@link #counting}. */
	private long messagesSent;

	private long bytesSent;

	private long messagesReceived;

	private long bytesReceived;

	final LongAdder messagesUnsent = new LongAdder();

	final LongAdder messagesUnhandled = new LongAdder();

	final LongAdder connectionsOpened = new LongAdder();

	final AtomicInteger connections = new AtomicInteger();

	final LongAdder connectsSucceeded = new LongAdder();

	final LongAdder connectsFailed = new LongAdder();

	private final AtomicLongArray closed = new AtomicLongArray(CloseReason.values().length);

	private final AtomicLongArray requests = new AtomicLongArray(RequestOutcome.values().length);

	private final AtomicLongArray requestNanos = new AtomicLongArray(RequestOutcome.values().length);

	private final List<RequestRecorder> recorders = new CopyOnWriteArrayList<>();

	final LongAdder requestsRefused = new LongAdder();

	final LongAdder answersUnmatched = new LongAdder();

	final LongAdder eventsDropped = new LongAdder();

	private volatile LongSupplier outboundPending = () -> 0;

	DuctStatistics() {
	}

	/**
	 * Sets what tells how many bytes wait.
	 */
	void measure(LongSupplier outboundPending) {
		this.outboundPending = outboundPending;
	}

	void opened(Connection connection) {
		this.connectionsOpened.increment();
		this.connections.incrementAndGet();
		synchronized (this.counting) {
			this.counting.add(connection);
		}
	}

	/**
	 * Takes over the counts of a connection on which no message is sent or taken any
	 * more.
	 */
	void settle(Connection connection) {
		synchronized (this.counting) {
			if (this.counting.remove(connection)) {
				this.messagesSent += connection.output().acceptedFrames();
				this.bytesSent += connection.output().acceptedBytes();
				this.messagesReceived += connection.reading().takenFrames();
				this.bytesReceived += connection.reading().takenBytes();
			}
		}
	}

	/**
	 * The totals that matter most, for a log line.
	 */
	@Override
	public String toString() {
		return "messages: " + messagesSent() + " sent (" + messagesUnsent() + " unsent), " + messagesReceived()
				+ " received (" + messagesUnhandled() + " more unhandled); connections: " + connections() + " of "
				+ connectionsOpened() + "; bytes waiting: " + outboundPending();
	}

	private long sum(long settled, ToLongFunction<Connection> count) {
		return settled + this.counting.stream().mapToLong(count).sum();
	}

	void closed(CloseReason reason) {
		this.closed.incrementAndGet(reason.ordinal());
	}

	void requested(RequestOutcome outcome, long nanos) {
		this.requests.incrementAndGet(outcome.ordinal());
		this.requestNanos.addAndGet(outcome.ordinal(), nanos);
	}

	List<RequestRecorder> recorders() {
		return this.recorders;
	}

	/**
	 * Has a recorder told of each request that ends from now on, whether the duct is open
	 * or not.
	 * @param recorder is told; one that was added twice is told twice
	 */
	public void addRecorder(RequestRecorder recorder) {
		this.recorders.add(recorder);
	}

	/**
	 * Tells a recorder of no more requests. Does nothing if it was not added.
	 * @param recorder as it was added
	 */
	public void removeRecorder(RequestRecorder recorder) {
		this.recorders.remove(recorder);
	}

	/**
	 * Messages that were accepted to be sent, the unsent among them.
	 * @return the number of messages
	 */
	public long messagesSent() {
		synchronized (this.counting) {
			return sum(this.messagesSent, (connection) -> connection.output().acceptedFrames());
		}
	}

	/**
	 * Messages that were taken from the wire, answers to requests among them.
	 * @return the number of messages
	 */
	public long messagesReceived() {
		synchronized (this.counting) {
			return sum(this.messagesReceived, (connection) -> connection.reading().takenFrames());
		}
	}

	/**
	 * Payload bytes of {@link #messagesSent()}.
	 * @return the number of bytes
	 */
	public long bytesSent() {
		synchronized (this.counting) {
			return sum(this.bytesSent, (connection) -> connection.output().acceptedBytes());
		}
	}

	/**
	 * Payload bytes of {@link #messagesReceived()}.
	 * @return the number of bytes
	 */
	public long bytesReceived() {
		synchronized (this.counting) {
			return sum(this.bytesReceived, (connection) -> connection.reading().takenBytes());
		}
	}

	/**
	 * Accepted messages that were not fully written when their connection ended.
	 * @return the number of messages
	 */
	public long messagesUnsent() {
		return this.messagesUnsent.sum();
	}

	/**
	 * Messages that had come, and were neither handled nor received when their connection
	 * or the duct ended; among them those that came while this side closed.
	 * @return the number of messages
	 */
	public long messagesUnhandled() {
		return this.messagesUnhandled.sum();
	}

	/**
	 * Connections that are open now.
	 * @return the number of connections
	 */
	public int connections() {
		return this.connections.get();
	}

	/**
	 * The connections that are open now, each by itself.
	 * @return their figures, in the order of their coming
	 */
	public List<ConnectionStatistics> openConnections() {
		List<Connection> open;
		synchronized (this.counting) {
			open = List.copyOf(this.counting);
		}
		return open.stream()
			.filter((connection) -> connection.end() == null)
			.map(ConnectionStatistics::of)
			.sorted(Comparator.comparingInt(ConnectionStatistics::number))
			.toList();
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
	public long outboundPending() {
		return this.outboundPending.getAsLong();
	}

	/**
	 * Requests that were refused since their time-out had passed before they were sent,
	 * or too many waited for their answers (16,384 over one connection) or for the code
	 * that depends on them (16,384 over all).
	 * @return the number of requests
	 */
	public long requestsRefused() {
		return this.requestsRefused.sum();
	}

	/**
	 * Answers of {@link Protocol#JSON_RPC} that no request has waited for: late ones,
	 * second ones, and such that nobody has asked for.
	 * @return the number of answers
	 */
	public long answersUnmatched() {
		return this.answersUnmatched.sum();
	}

	/**
	 * Events that an observer was not told of, since 10,000 waited for it, or it was
	 * still busy with others when the duct had closed.
	 * @return the number of events
	 */
	public long eventsDropped() {
		return this.eventsDropped.sum();
	}

}
