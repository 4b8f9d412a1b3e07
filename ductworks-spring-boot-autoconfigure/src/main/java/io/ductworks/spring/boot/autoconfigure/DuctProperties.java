package io.ductworks.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.ductworks.message.IdleStrategy;
import io.ductworks.message.WhenDisconnected;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.util.unit.DataSize;

/**
 * What parents and children may set alike.
 */
abstract class DuctProperties extends HandlingProperties {

	/**
	 * How messages become bytes and back.
	 */
	private Codec codec = Codec.JSON;

	/**
	 * Longest message that is sent or accepted.
	 */
	private DataSize maxFrameSize = DataSize.ofMegabytes(4);

	/**
	 * How long a send waits for room, and how long waiting bytes may make no progress
	 * before the connection is closed.
	 */
	private Duration sendTimeout = Duration.ofSeconds(10);

	/**
	 * How long a message may take to come, from its first byte on, before the connection
	 * is closed; large ones have one second more for each 16 KiB that have come.
	 */
	private Duration frameTimeout = Duration.ofSeconds(10);

	/**
	 * How long a request waits for its answer.
	 */
	private Duration requestTimeout = Duration.ofSeconds(10);

	/**
	 * For how long, after the time-out of a request, its late answer is waited for before
	 * the connection is closed. The time-out of the request itself, or the duct's request
	 * time-out if that is longer, if not set.
	 */
	private @Nullable Duration lateAnswerTimeout;

	/**
	 * For how long messages of a connection may wait without anybody taking one before
	 * the connection is closed. As long as it takes, if not set.
	 */
	private @Nullable Duration unreadTimeout;

	/**
	 * For how long a listener may still answer a peer that has closed its sending half.
	 */
	private Duration lastAnswersTimeout = Duration.ofMillis(200);

	/**
	 * Whether requests are sent one behind the other over a connection, without waiting
	 * for the answers before. For peers that are known to answer all, in order.
	 */
	private boolean pipelining;

	/**
	 * Whether messages and requests may be mixed over a duct. For peers that are known
	 * not to answer what is sent.
	 */
	private boolean mixedTraffic;

	/**
	 * How long receiving waits for a message.
	 */
	private Duration receiveTimeout = Duration.ofSeconds(30);

	/**
	 * How long closing waits for accepted messages to be written.
	 */
	private Duration closeTimeout = Duration.ofSeconds(2);

	/**
	 * Whether sends, requests and receives wait for a connection, bounded by their
	 * time-out, or fail at once.
	 */
	private WhenDisconnected disconnected = WhenDisconnected.WAIT;

	/**
	 * How long a duct that waits may be without a connection before sends and requests
	 * fail, at once until there is one again.
	 */
	private Duration disconnectedGrace = Duration.ofSeconds(10);

	/**
	 * What a thread does while it waits for the peer's bytes: "block", "spin" or
	 * "adaptive", the last two perhaps with a bound as in "spin:50us".
	 */
	private IdleStrategy idleStrategy = IdleStrategy.block();

	/**
	 * Names or numbers of the users that may be at the other end of a Unix domain socket.
	 * The user of this process and root if neither users nor groups are set.
	 */
	private List<String> allowedUsers = new ArrayList<>();

	/**
	 * Names or numbers of the groups that may be at the other end of a Unix domain
	 * socket.
	 */
	private List<String> allowedGroups = new ArrayList<>();

	/**
	 * Distinguished names of the subjects whose certificates are accepted with TLS, such
	 * as "CN=billing,O=Shop". All that are trusted if not set.
	 */
	private List<String> allowedSubjects = new ArrayList<>();

	/**
	 * TLS over TCP.
	 */
	@NestedConfigurationProperty
	private final SslProperties ssl = new SslProperties();

	/**
	 * Puts the duct somewhere else, and takes out what belongs to the place where it was.
	 */
	void moveTo(String address) {
		this.ssl.setBundle(null);
		this.allowedUsers = List.of();
		this.allowedGroups = List.of();
		this.allowedSubjects = List.of();
	}

	public Codec getCodec() {
		return this.codec;
	}

	public void setCodec(Codec codec) {
		this.codec = codec;
	}

	public DataSize getMaxFrameSize() {
		return this.maxFrameSize;
	}

	public void setMaxFrameSize(DataSize maxFrameSize) {
		this.maxFrameSize = maxFrameSize;
	}

	public Duration getSendTimeout() {
		return this.sendTimeout;
	}

	public void setSendTimeout(Duration sendTimeout) {
		this.sendTimeout = sendTimeout;
	}

	public Duration getFrameTimeout() {
		return this.frameTimeout;
	}

	public void setFrameTimeout(Duration frameTimeout) {
		this.frameTimeout = frameTimeout;
	}

	public List<String> getAllowedUsers() {
		return this.allowedUsers;
	}

	public void setAllowedUsers(List<String> allowedUsers) {
		this.allowedUsers = allowedUsers;
	}

	public List<String> getAllowedGroups() {
		return this.allowedGroups;
	}

	public void setAllowedGroups(List<String> allowedGroups) {
		this.allowedGroups = allowedGroups;
	}

	public List<String> getAllowedSubjects() {
		return this.allowedSubjects;
	}

	public void setAllowedSubjects(List<String> allowedSubjects) {
		this.allowedSubjects = allowedSubjects;
	}

	public SslProperties getSsl() {
		return this.ssl;
	}

	public Duration getRequestTimeout() {
		return this.requestTimeout;
	}

	public void setRequestTimeout(Duration requestTimeout) {
		this.requestTimeout = requestTimeout;
	}

	public @Nullable Duration getLateAnswerTimeout() {
		return this.lateAnswerTimeout;
	}

	public void setLateAnswerTimeout(@Nullable Duration lateAnswerTimeout) {
		this.lateAnswerTimeout = lateAnswerTimeout;
	}

	public @Nullable Duration getUnreadTimeout() {
		return this.unreadTimeout;
	}

	public void setUnreadTimeout(@Nullable Duration unreadTimeout) {
		this.unreadTimeout = unreadTimeout;
	}

	public Duration getLastAnswersTimeout() {
		return this.lastAnswersTimeout;
	}

	public void setLastAnswersTimeout(Duration lastAnswersTimeout) {
		this.lastAnswersTimeout = lastAnswersTimeout;
	}

	public boolean isPipelining() {
		return this.pipelining;
	}

	public void setPipelining(boolean pipelining) {
		this.pipelining = pipelining;
	}

	public boolean isMixedTraffic() {
		return this.mixedTraffic;
	}

	public void setMixedTraffic(boolean mixedTraffic) {
		this.mixedTraffic = mixedTraffic;
	}

	public Duration getReceiveTimeout() {
		return this.receiveTimeout;
	}

	public void setReceiveTimeout(Duration receiveTimeout) {
		this.receiveTimeout = receiveTimeout;
	}

	public Duration getCloseTimeout() {
		return this.closeTimeout;
	}

	public void setCloseTimeout(Duration closeTimeout) {
		this.closeTimeout = closeTimeout;
	}

	public WhenDisconnected getDisconnected() {
		return this.disconnected;
	}

	public void setDisconnected(WhenDisconnected disconnected) {
		this.disconnected = disconnected;
	}

	public Duration getDisconnectedGrace() {
		return this.disconnectedGrace;
	}

	public void setDisconnectedGrace(Duration disconnectedGrace) {
		this.disconnectedGrace = disconnectedGrace;
	}

	public IdleStrategy getIdleStrategy() {
		return this.idleStrategy;
	}

	public void setIdleStrategy(IdleStrategy idleStrategy) {
		this.idleStrategy = idleStrategy;
	}

	/** The codecs that a property can choose. */
	enum Codec {

		/** One JSON value in UTF-8 for each message, by the application's mapper. */
		JSON,

		/** Strings in UTF-8. */
		TEXT,

		/** Byte arrays as they are. */
		BYTES

	}

}
