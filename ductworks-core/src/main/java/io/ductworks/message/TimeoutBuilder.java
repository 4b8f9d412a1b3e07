package io.ductworks.message;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The time-outs that parents and children share. Not thread-safe.
 *
 * @param <B> the type of the builder itself
 */
public abstract sealed class TimeoutBuilder<B extends TimeoutBuilder<B>> permits HandlingBuilder {

	/** What is longer cannot be told from the past when two of them are added. */
	private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 4);

	private Duration timeout = Duration.ofSeconds(30);

	private @Nullable Duration connectTimeout;

	private @Nullable Duration sendTimeout;

	private Duration frameTimeout = Duration.ofSeconds(10);

	private @Nullable Duration requestTimeout;

	private @Nullable Duration lateAnswerTimeout;

	private @Nullable Duration receiveTimeout;

	private @Nullable Duration unreadTimeout;

	private Duration lastAnswersTimeout = Duration.ofMillis(200);

	private Duration closeTimeout = Duration.ofSeconds(2);

	private Duration handshakeTimeout = Duration.ofSeconds(10);

	private Duration disconnectedGrace = Duration.ofSeconds(10);

	TimeoutBuilder() {
	}

	abstract B self();

	/**
	 * Sets the time-out of whatever has none of its own, but for closing, frames and
	 * handshakes: connecting, sending, receiving and asking. Default: 30 s.
	 * @param timeout the time-out
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 */
	public B timeout(Duration timeout) {
		this.timeout = positive("timeout", timeout);
		return self();
	}

	/**
	 * Sets how long {@link MessageDuctChild#connect()} may take for all its attempts, or
	 * {@link MessageDuctChild#connectOnce()} for its one. An attempt may take as long, or
	 * what is left of it, for each address of a host name and again for the handshake of
	 * TLS; looking up the name is not bounded. Default: {@link #timeout}.
	 * @param timeout the time-out
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 */
	public B connectTimeout(Duration timeout) {
		this.connectTimeout = positive("connectTimeout", timeout);
		return self();
	}

	/**
	 * Sets how long a send waits for room, and for how long no byte may be written while
	 * some wait before the connection ends. Default: {@link #timeout}.
	 * @param timeout the time-out
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 */
	public B sendTimeout(Duration timeout) {
		this.sendTimeout = positive("sendTimeout", timeout);
		return self();
	}

	/**
	 * Sets how long a message may take to come, from its first byte on, before the
	 * connection ends: a peer that sends it in drops holds up others. A large message has
	 * one second more for each 16 KiB that have come. Default: 10 s.
	 * @param timeout the time-out
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 */
	public B frameTimeout(Duration timeout) {
		this.frameTimeout = positive("frameTimeout", timeout);
		return self();
	}

	/**
	 * Sets how long a request waits for its answer. Default: {@link #timeout}.
	 * @param timeout the time-out
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 */
	public B requestTimeout(Duration timeout) {
		this.requestTimeout = positive("requestTimeout", timeout);
		return self();
	}

	/**
	 * Sets for how long, after the time-out of a request, its late answer is waited for,
	 * which is skipped when it comes. No other request goes out over the connection
	 * meanwhile; then it ends with reason {@code unanswered}. Default: the time-out of
	 * the request itself, or the {@linkplain #requestTimeout request time-out} if that is
	 * longer.
	 * @param timeout the time-out
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 */
	public B lateAnswerTimeout(Duration timeout) {
		this.lateAnswerTimeout = positive("lateAnswerTimeout", timeout);
		return self();
	}

	/**
	 * Sets how long {@link MessageDuct#recv()} waits for a message. Default:
	 * {@link #timeout}.
	 * @param timeout the time-out
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 */
	public B receiveTimeout(Duration timeout) {
		this.receiveTimeout = positive("receiveTimeout", timeout);
		return self();
	}

	/**
	 * Sets for how long messages of a connection may wait without anybody taking one, be
	 * it a caller that receives or a handler that is busy or suspended, before the
	 * connection ends with reason {@code unread}. Default: as long as it takes.
	 * @param timeout the time-out
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 */
	public B unreadTimeout(Duration timeout) {
		this.unreadTimeout = positive("unreadTimeout", timeout);
		return self();
	}

	/**
	 * Sets for how long a handler may still answer a peer that has closed its sending
	 * half: whether it waits for answers, or has gone, cannot be told. What comes later
	 * fails in the handler, as with any connection that has ended. Default: 200 ms.
	 * @param timeout the time-out
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 */
	public B lastAnswersTimeout(Duration timeout) {
		this.lastAnswersTimeout = positive("lastAnswersTimeout", timeout);
		return self();
	}

	/**
	 * Sets how long closing waits for what was accepted to be written, and for observers
	 * and futures to be told. Default: 2 s.
	 * @param timeout the time-out
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 */
	public B closeTimeout(Duration timeout) {
		this.closeTimeout = positive("closeTimeout", timeout);
		return self();
	}

	/**
	 * Sets how long a child may take for the handshake of TLS with a parent. A child's
	 * own bound is the connect time-out. Default: 10 s.
	 * @param timeout the time-out
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 */
	public B handshakeTimeout(Duration timeout) {
		this.handshakeTimeout = positive("handshakeTimeout", timeout);
		return self();
	}

	/**
	 * Sets for how long a duct that {@linkplain WhenDisconnected#WAIT waits} may be
	 * without a connection before sends and requests fail: those that wait then, and
	 * those that come until there is a connection again. A connection that ended within a
	 * second does not begin the time anew. Default: 10 s.
	 * @param grace the time
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 */
	public B disconnectedGrace(Duration grace) {
		this.disconnectedGrace = positive("disconnectedGrace", grace);
		return self();
	}

	static Duration positive(String option, Duration timeout) {
		if (timeout.isZero() || timeout.isNegative()) {
			throw new IllegalArgumentException(option + " is " + timeout + ", it must be positive");
		}
		return (timeout.compareTo(LONGEST) < 0) ? timeout : LONGEST;
	}

	private Duration orTimeout(@Nullable Duration timeout) {
		return (timeout != null) ? timeout : this.timeout;
	}

	Duration connectTimeout() {
		return orTimeout(this.connectTimeout);
	}

	Duration sendTimeout() {
		return orTimeout(this.sendTimeout);
	}

	Duration frameTimeout() {
		return this.frameTimeout;
	}

	Duration requestTimeout() {
		return orTimeout(this.requestTimeout);
	}

	@Nullable Duration lateAnswerTimeout() {
		return this.lateAnswerTimeout;
	}

	Duration receiveTimeout() {
		return orTimeout(this.receiveTimeout);
	}

	Duration lastAnswersTimeout() {
		return this.lastAnswersTimeout;
	}

	@Nullable Duration unreadTimeout() {
		return this.unreadTimeout;
	}

	Duration closeTimeout() {
		return this.closeTimeout;
	}

	Duration handshakeTimeout() {
		return this.handshakeTimeout;
	}

	Duration disconnectedGrace() {
		return this.disconnectedGrace;
	}

}
