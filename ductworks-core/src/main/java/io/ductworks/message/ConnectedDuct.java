package io.ductworks.message;

import java.lang.reflect.Type;
import java.security.Principal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * One connection as a duct: what a parent's children and a handler's sender are.
 */
final class ConnectedDuct implements MessageDuct {

	private final Connection connection;

	ConnectedDuct(Connection connection) {
		this.connection = connection;
	}

	@Override
	public String name() {
		return this.connection.endpoint().name();
	}

	@Override
	public void send(@Nullable Object payload) {
		this.connection.outbound().send(payload, null, this.connection.endpoint().sendTimeoutNanos());
	}

	@Override
	public void sendAll(Iterable<?> payloads) {
		this.connection.outbound().sendAll(payloads, this.connection.endpoint().sendTimeoutNanos());
	}

	@Override
	public boolean poll(Duration timeout) {
		return this.connection.receiver().poll(System.nanoTime() + DuctOptions.nanos(timeout));
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T> @Nullable T recv(Type type) {
		Object received = this.connection.receiver().receive(type);
		if (received == Receiver.ENDED) {
			throw this.connection.failure();
		}
		return (T) received;
	}

	@Override
	public <T> @Nullable T request(@Nullable Object payload, Type replyType, Duration timeout) {
		return this.connection.requests().request(payload, replyType, System.nanoTime(), DuctOptions.nanos(timeout));
	}

	@Override
	public <T> CompletableFuture<T> requestAsync(@Nullable Object payload, Class<T> replyType) {
		return this.connection.requests().requestAsync(payload, replyType, requestTimeout().toNanos());
	}

	@Override
	public Duration requestTimeout() {
		return this.connection.endpoint().requestTimeout();
	}

	@Override
	public void handler(DuctHandler handler) {
		throw new IllegalStateException(this.connection.subject()
				+ ": is open already; set the handler on the parent or child before it opens");
	}

	@Override
	public boolean isConnected() {
		return this.connection.end() == null;
	}

	@Override
	public @Nullable Principal peer() {
		return this.connection.peer();
	}

	@Override
	public DuctStatistics statistics() {
		return this.connection.endpoint().statistics();
	}

	@Override
	public void close() {
		this.connection.close(this.connection.endpoint().closeDeadline());
	}

	@Override
	public String toString() {
		return this.connection.subject();
	}

}
