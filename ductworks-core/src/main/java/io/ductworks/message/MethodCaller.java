package io.ductworks.message;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

/**
 * Calls methods of the other side, with {@link Protocol#JSON_RPC}: what each duct does
 * beside sending and receiving. Thread-safe.
 */
public interface MethodCaller {

	/**
	 * Sends a notification with {@link Protocol#JSON_RPC}, as
	 * {@link MessageDuct#send(Object)} sends a message.
	 * @param method what is called
	 * @param payload the parameters: what is written as an object becomes {@code params}
	 * as it is, anything else their one element, {@code null} none
	 * @throws IllegalStateException if the duct is {@link Protocol#BARE}
	 * @throws io.ductworks.DuctworksException as for {@link MessageDuct#send(Object)}
	 */
	void send(String method, @Nullable Object payload);

	/**
	 * Sends one last notification with {@link Protocol#JSON_RPC}, as
	 * {@link MessageDuct#sendLast(Object)} sends a message.
	 * @param method what is called
	 * @param payload the parameters, as for {@link #send(String, Object)}
	 * @throws IllegalStateException if the duct is {@link Protocol#BARE}, or a handler
	 * sends it over the connection that it is serving
	 * @throws io.ductworks.DuctworksException as for {@link MessageDuct#sendLast(Object)}
	 */
	void sendLast(String method, @Nullable Object payload);

	/**
	 * Calls a method and waits for its result at most the duct's request time-out.
	 * @param <T> the type of the result
	 * @param method what is called
	 * @param payload the parameters, as for {@link #send(String, Object)}
	 * @param replyType the type of the result
	 * @return the result; {@code null} is a result too
	 * @throws io.ductworks.DuctworksException as for
	 * {@link #request(String, Object, Type, Duration)}
	 */
	default <T> @Nullable T request(String method, @Nullable Object payload, Class<T> replyType) {
		return request(method, payload, (Type) replyType, requestTimeout());
	}

	/**
	 * Calls a method and waits for its result.
	 * @param <T> the type of the result
	 * @param method what is called
	 * @param payload the parameters, as for {@link #send(String, Object)}
	 * @param replyType the type of the result
	 * @param timeout how long to wait, sending included
	 * @return the result; {@code null} is a result too
	 * @throws io.ductworks.DuctworksException as for
	 * {@link #request(String, Object, Type, Duration)}
	 */
	default <T> @Nullable T request(String method, @Nullable Object payload, Class<T> replyType, Duration timeout) {
		return request(method, payload, (Type) replyType, timeout);
	}

	/**
	 * Calls a method with {@link Protocol#JSON_RPC} and waits for its result. Any number
	 * of requests may be under way over a connection, at most 16,384 over each, and a
	 * handler may ask over the connection that it is serving. A request goes to one
	 * connection: of two taken at random to the one over which fewer answers are due. A
	 * request of which nothing was queued when its connection ended goes out over
	 * another, once each.
	 * <p>
	 * After a time-out, and when the thread is interrupted, the peer is told that nobody
	 * waits any more; the connection stays, and a late answer is dropped and counted.
	 * @param <T> the type of the result
	 * @param method what is called
	 * @param payload the parameters, as for {@link #send(String, Object)}
	 * @param replyType the type of the result, which may be generic
	 * @param timeout how long to wait, sending included
	 * @return the result; {@code null} is a result too
	 * @throws IllegalStateException if the duct is {@link Protocol#BARE}
	 * @throws io.ductworks.DuctTimeoutException if no answer came in time, or the request
	 * was not sent: {@link io.ductworks.DuctTimeoutException#sent()} tells the two apart
	 * @throws io.ductworks.RemoteHandlerException if the answer is an error
	 * @throws io.ductworks.MessageCodecException if the request cannot be encoded or the
	 * result is not of that type
	 * @throws io.ductworks.RemoteDuctClosedException if the connection ended before the
	 * answer; the request may have been carried out
	 * @throws io.ductworks.MessageProtocolException if it ended since the peer sent what
	 * is no frame
	 * @throws io.ductworks.NotConnectedException if there is no connection
	 * @throws io.ductworks.DuctInterruptedException if the thread was interrupted while
	 * it waited
	 */
	<T> @Nullable T request(String method, @Nullable Object payload, Type replyType, Duration timeout);

	/**
	 * Calls a method whose result is waited for in the background, at most the duct's
	 * request time-out.
	 * @param <T> the type of the result
	 * @param method what is called
	 * @param payload the parameters, as for {@link #send(String, Object)}
	 * @param replyType the type of the result
	 * @return as for {@link #requestAsync(String, Object, Type, Duration)}
	 */
	default <T> CompletableFuture<T> requestAsync(String method, @Nullable Object payload, Class<T> replyType) {
		return requestAsync(method, payload, replyType, requestTimeout());
	}

	/**
	 * Calls a method whose result is waited for in the background, as
	 * {@link MessageDuct#requestAsync(Object, Type, Duration)} sends a message.
	 * @param <T> the type of the result
	 * @param method what is called
	 * @param payload the parameters, as for {@link #send(String, Object)}
	 * @param replyType the type of the result, which may be generic
	 * @param timeout how long to wait, sending included
	 * @return completes with the result, or with the exception that {@link #request}
	 * would throw. Cancelling it tells the peer that nobody waits any more
	 */
	<T> CompletableFuture<T> requestAsync(String method, @Nullable Object payload, Type replyType, Duration timeout);

	/**
	 * How long a request without a time-out of its own waits.
	 * @return the duct's request time-out
	 */
	Duration requestTimeout();

}
