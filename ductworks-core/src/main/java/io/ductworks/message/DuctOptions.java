package io.ductworks.message;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Lock;

import io.ductworks.codec.MessageCodec;
import io.ductworks.transport.DuctAddress;
import io.ductworks.transport.PeerPolicy;
import io.ductworks.transport.TlsOptions;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a parent or child.
 */
record DuctOptions(String name, DuctAddress address, MessageCodec codec, @Nullable DuctHandler handler, Accept accept,
		int maxChildren, int maxFrameSize, @Nullable Lock lock, List<DuctObserver> observers, Duration connectTimeout,
		Duration sendTimeout, Duration frameTimeout, Duration requestTimeout, Duration receiveTimeout,
		Duration closeTimeout, WhenDisconnected whenDisconnected, IdleStrategy idleStrategy, PeerPolicy peers,
		@Nullable TlsOptions tls, Duration handshakeTimeout) {
}
