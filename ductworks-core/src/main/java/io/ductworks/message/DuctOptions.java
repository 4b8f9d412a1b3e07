package io.ductworks.message;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import io.ductworks.codec.MessageCodec;
import io.ductworks.internal.transport.PeerPolicy;
import io.ductworks.internal.transport.TlsOptions;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a parent or child.
 */
record DuctOptions(String name, boolean child, DuctAddress address, MessageCodec codec, @Nullable DuctHandler handler,
		Accept accept, int maxChildren, int maxFrameSize, @Nullable Lock lock, List<DuctObserver> observers,
		Duration connectTimeout, Duration sendTimeout, Duration frameTimeout, Duration requestTimeout,
		Duration receiveTimeout, Duration closeTimeout, WhenDisconnected whenDisconnected, Duration disconnectedGrace,
		NotOpen notOpen, IdleStrategy idleStrategy, @Nullable Backoff reconnect, boolean pipelining,
		boolean mixedTraffic, @Nullable Duration lateAnswerTimeout, @Nullable Duration unreadTimeout,
		Duration lastAnswersTimeout, PeerPolicy peers, @Nullable TlsOptions tls, Duration handshakeTimeout,
		Protocol protocol, RpcOptions rpc, int maxHandlers, @Nullable Duration handlerTimeout,
		@Nullable ThreadFactory workerThreads, @Nullable ClassLoader contextClassLoader,
		List<OutgoingObserver> outgoingObservers) {

	/**
	 * What messages and log lines call the duct.
	 */
	String subject() {
		return "Duct '" + this.name + "'";
	}

	boolean isRpc() {
		return this.protocol == Protocol.JSON_RPC;
	}

	/**
	 * A time-out in nanoseconds; one that is longer than these can tell is as long as
	 * they can, and a negative one is zero.
	 */
	static long nanos(Duration timeout) {
		return Math.max(0, TimeUnit.NANOSECONDS.convert(timeout));
	}

}
