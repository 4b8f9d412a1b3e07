package io.ductworks.message;

import java.lang.reflect.Type;
import java.net.SocketAddress;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.ductworks.CloseReason;
import io.ductworks.codec.MessageCodec;
import org.jspecify.annotations.Nullable;

/**
 * One connection as a duct: what a parent's children and a handler's sender are.
 */
final class ConnectedDuct implements MessageDuct {

	private final Link link;

	private final Requests requests;

	ConnectedDuct(Link link, Requests requests) {
		this.link = link;
		this.requests = requests;
	}

	@Override
	public String name() {
		return this.link.scope().options().name();
	}

	@Override
	public MessageCodec codec() {
		return this.link.scope().options().codec();
	}

	@Override
	public Protocol protocol() {
		return this.link.scope().options().protocol();
	}

	@Override
	public void send(@Nullable Object payload) {
		this.link.scope().requireMethods("send", false);
		sendOne(payload);
	}

	@Override
	public void send(String method, @Nullable Object payload) {
		this.link.scope().requireMethods("send", true);
		sendOne(new RpcCall(method, payload));
	}

	private void sendOne(@Nullable Object payload) {
		ObservedSend observed = this.link.scope().outgoing().begin(payload, false);
		if (observed == null) {
			sendNow(payload);
		}
		else {
			observed.send(this::sendNow);
		}
	}

	private void sendNow(@Nullable Object payload) {
		this.link.send(payload, this.link.scope().sendTimeoutNanos());
	}

	@Override
	public void sendAll(Iterable<?> payloads) {
		this.link.scope().requireMethods("sendAll", false);
		ObservedSend observed = this.link.scope().outgoing().begin(null, false);
		if (observed == null) {
			sendAllNow(payloads);
		}
		else {
			observed.send((ignored) -> sendAllNow(payloads));
		}
	}

	private void sendAllNow(Iterable<?> payloads) {
		this.link.sendAll(payloads, this.link.scope().sendTimeoutNanos());
	}

	@Override
	public void sendLast(@Nullable Object payload) {
		this.link.scope().requireMethods("sendLast", false);
		sendLastOne(payload);
	}

	@Override
	public void sendLast(String method, @Nullable Object payload) {
		this.link.scope().requireMethods("sendLast", true);
		sendLastOne(new RpcCall(method, payload));
	}

	private void sendLastOne(@Nullable Object payload) {
		ObservedSend observed = this.link.scope().outgoing().begin(payload, false);
		if (observed == null) {
			sendLastNow(payload);
		}
		else {
			observed.send(this::sendLastNow);
		}
	}

	private void sendLastNow(@Nullable Object payload) {
		this.link.sendLast(payload, System.nanoTime() + this.link.scope().sendTimeoutNanos());
	}

	@Override
	public boolean poll(Duration timeout) {
		this.link.scope().requireMethods("poll", false);
		return this.link.receiver().poll(System.nanoTime() + DuctOptions.nanos(timeout));
	}

	@Override
	public <T> @Nullable T recv(Type type) {
		this.link.scope().requireMethods("recv", false);
		return switch (this.link.receiver().await()) {
			case MESSAGE -> this.link.receiver().take(type);
			case NOTHING -> throw this.link.receiver().notInTime();
			case END -> throw this.link.failure();
		};
	}

	@Override
	public <T> @Nullable T recv(Type type, Duration timeout) {
		this.link.scope().requireMethods("recv", false);
		long deadline = System.nanoTime() + DuctOptions.nanos(timeout);
		return switch (this.link.receiver().await(deadline)) {
			case MESSAGE -> this.link.receiver().take(type, deadline);
			case NOTHING -> throw this.link.receiver().notInTime();
			case END -> throw this.link.failure();
		};
	}

	@Override
	public <T> @Nullable T request(@Nullable Object payload, Type replyType, Duration timeout) {
		this.link.scope().requireMethods("request", false);
		return ask(payload, replyType, timeout);
	}

	@Override
	public <T> @Nullable T request(String method, @Nullable Object payload, Type replyType, Duration timeout) {
		this.link.scope().requireMethods("request", true);
		return ask(new RpcCall(method, payload), replyType, timeout);
	}

	private <T> @Nullable T ask(@Nullable Object payload, Type replyType, Duration timeout) {
		IllegalStateException misuse = this.link.misuse();
		if (misuse != null) {
			throw misuse;
		}
		long started = System.nanoTime();
		long nanos = DuctOptions.nanos(timeout);
		ObservedSend observed = this.link.scope().outgoing().begin(payload, true);
		return (observed == null) ? ask(payload, replyType, started, nanos)
				: observed.ask((traced) -> ask(traced, replyType, started, nanos));
	}

	private <T> @Nullable T ask(@Nullable Object payload, Type replyType, long started, long nanos) {
		return this.requests.request(payload, replyType, started, nanos, Candidates.only(this.link));
	}

	@Override
	public <T> CompletableFuture<T> requestAsync(@Nullable Object payload, Type replyType, Duration timeout) {
		return askAsync(payload, false, replyType, timeout);
	}

	@Override
	public <T> CompletableFuture<T> requestAsync(String method, @Nullable Object payload, Type replyType,
			Duration timeout) {
		return askAsync(new RpcCall(method, payload), true, replyType, timeout);
	}

	private <T> CompletableFuture<T> askAsync(@Nullable Object payload, boolean method, Type replyType,
			Duration timeout) {
		try {
			this.link.scope().requireMethods("requestAsync", method);
		}
		catch (IllegalStateException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		IllegalStateException misuse = this.link.misuse();
		if (misuse != null) {
			return CompletableFuture.failedFuture(misuse);
		}
		long started = System.nanoTime();
		long nanos = DuctOptions.nanos(timeout);
		ObservedSend observed = this.link.scope().outgoing().begin(payload, true);
		return AsyncRequest.begin(this.requests, payload, replyType, started, nanos, Candidates.only(this.link),
				observed);
	}

	@Override
	public Duration requestTimeout() {
		return this.link.scope().options().requestTimeout();
	}

	@Override
	public void handler(DuctHandler handler) {
		throw new IllegalStateException(
				this.link.subject() + ": is open already; set the handler on the parent or child before it opens");
	}

	@Override
	public boolean isConnected() {
		return this.link.isOpen();
	}

	@Override
	public List<MessageDuct> connections() {
		return isConnected() ? List.of(this) : List.of();
	}

	@Override
	public @Nullable Principal peer() {
		return this.link.connection().peer();
	}

	@Override
	public @Nullable SocketAddress remoteAddress() {
		return this.link.connection().remoteAddress();
	}

	@Override
	public DuctStatistics statistics() {
		return this.link.scope().statistics();
	}

	@Override
	public CompletionStage<CloseReason> whenClosed() {
		return this.link.whenClosed();
	}

	@Override
	public void close() {
		this.link.close(this.link.scope().closeDeadline());
	}

	@Override
	public String toString() {
		return this.link.subject();
	}

}
