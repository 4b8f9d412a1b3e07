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
 * Carries whole messages both ways between two processes: one {@link #send} there is one
 * {@link #recv()} here. A {@link MessageDuctParent} listens, a {@link MessageDuctChild}
 * connects; after that both ends are equal. A connection of a parent with many children
 * is a {@code MessageDuct} too.
 * <p>
 * Thread-safe: any number of threads may use a duct at the same time, frames never
 * interleave, and a thread that waits in {@code recv} never holds up one that sends. A
 * thread that is interrupted while it waits gets a
 * {@link io.ductworks.DuctInterruptedException}, and the duct lives on. Every wait has a
 * time-out: the duct's own where a method takes none.
 * <p>
 * Messages go either to the callers of {@code recv} and {@code poll} or to a
 * {@linkplain #handler(DuctHandler) handler}, never to both; answers to requests come
 * first in either case. All exceptions are {@link io.ductworks.DuctworksException}s,
 * apart from those for wrong use.
 */
public interface MessageDuct extends MethodCaller, AutoCloseable {

	/**
	 * The name that this duct has in messages, events and meters.
	 * @return the name, never empty
	 */
	String name();

	/**
	 * How its messages become bytes and back.
	 * @return the codec that it was built with
	 */
	MessageCodec codec();

	/**
	 * What its payloads mean.
	 * @return the protocol that it was built with
	 */
	Protocol protocol();

	/**
	 * Sends a message. Returns when it is in the outbound buffer or on the socket, which
	 * is no proof that the peer has it. Waits for room at most the send time-out.
	 * <p>
	 * A parent that takes many children sends to each of them. Where there are several,
	 * each slow one delays a message by 100 ms at most; its connection ends when it has
	 * fallen 8 MiB behind, or its send time-out passes.
	 * @param payload the message; {@code null} is a message too
	 * @throws IllegalStateException if the duct has made a request since it was opened,
	 * or has a handler that {@linkplain DuctHandler#answering answers}, unless
	 * {@linkplain DuctBuilder#mixedTraffic traffic may be mixed}: answers bear no mark
	 * @throws io.ductworks.MessageCodecException if it cannot be encoded or is larger
	 * than the duct's maximal frame size; the connection stays
	 * @throws io.ductworks.DuctTimeoutException if there was no room in time; nothing was
	 * queued, and the connection stays
	 * @throws io.ductworks.NotConnectedException if there is no connection
	 * @throws io.ductworks.RemoteDuctClosedException if the connection has ended, be it
	 * since the peer did not read or answer
	 * @throws io.ductworks.MessageProtocolException if it has ended since the peer sent
	 * what is no frame
	 * @throws io.ductworks.DuctInterruptedException if the thread was interrupted while
	 * it waited
	 */
	void send(@Nullable Object payload);

	/**
	 * Sends several messages in their order, gathered into few writes. If it fails, those
	 * before the failure have been accepted.
	 * @param payloads the messages
	 * @throws io.ductworks.DuctworksException as for {@link #send}
	 */
	void sendAll(Iterable<?> payloads);

	/**
	 * Sends one last message over each connection, behind the answers that are due over
	 * it in either direction, for which it waits at most the send time-out. The
	 * connection takes nothing after it, and stays open until the peer or this side
	 * closes it: this is how a worker is told to stop. Allowed whatever the duct was used
	 * for.
	 * @param payload the message; {@code null}, which Python workers take for it, is a
	 * message too
	 * @throws IllegalStateException if a handler sends it over the connection that it is
	 * serving
	 * @throws io.ductworks.DuctTimeoutException if answers were still due, or there was
	 * no room; nothing was sent over that connection, which may be used as before
	 * @throws io.ductworks.DuctworksException as for {@link #send}
	 */
	void sendLast(@Nullable Object payload);

	/**
	 * Waits for something to receive.
	 * @param timeout how long, zero for a look without waiting
	 * @return whether a whole message, or the end of the connection, is there, so that
	 * {@link #recv()} will not wait; for a parent that takes many children, whether a
	 * message is
	 * @throws IllegalStateException if the duct has a handler
	 * @throws io.ductworks.NotConnectedException if there is no connection
	 * @throws io.ductworks.DuctInterruptedException if the thread was interrupted while
	 * it waited
	 */
	boolean poll(Duration timeout);

	/**
	 * Receives the next message as the codec's natural type: for JSON a map, list,
	 * string, number, boolean or {@code null}.
	 * @return the message; {@code null} is a message too
	 * @throws io.ductworks.DuctworksException as for {@link #recv(Type)}
	 */
	default @Nullable Object recv() {
		return recv((Type) Object.class);
	}

	/**
	 * Receives the next message.
	 * @param <T> the wanted type
	 * @param type the wanted type
	 * @return the message; {@code null} is a message too
	 * @throws io.ductworks.DuctworksException as for {@link #recv(Type)}
	 */
	default <T> @Nullable T recv(Class<T> type) {
		return recv((Type) type);
	}

	/**
	 * Receives the next message, waiting for it at most the duct's time-out. A time-out
	 * loses nothing, not even within a message.
	 * <p>
	 * A parent that takes many children gets the next message of any. Otherwise the end
	 * of a connection is received once, as an exception, after all its messages.
	 * @param <T> the wanted type
	 * @param type the wanted type, which may be generic
	 * @return the message; {@code null} is a message too
	 * @throws IllegalStateException if the duct has a handler
	 * @throws io.ductworks.DuctTimeoutException if no whole message came in time; the
	 * connection stays
	 * @throws io.ductworks.MessageCodecException if the message is not of that type; it
	 * is lost, the connection stays
	 * @throws io.ductworks.RemoteDuctClosedException if the connection has ended, be it
	 * since the peer did not read or answer
	 * @throws io.ductworks.MessageProtocolException if the peer sent what is no frame, or
	 * one that did not come to its end; the connection has ended
	 * @throws io.ductworks.NotConnectedException if there is no connection
	 * @throws io.ductworks.DuctInterruptedException if the thread was interrupted while
	 * it waited
	 */
	<T> @Nullable T recv(Type type);

	/**
	 * Receives the next message, waiting for it no longer than a time-out of the caller's
	 * own. Unlike {@link #poll} followed by {@link #recv()} it leaves no gap for another
	 * thread.
	 * @param <T> the wanted type
	 * @param type the wanted type, which may be generic
	 * @param timeout how long to wait, zero for a look without waiting
	 * @return the message; {@code null} is a message too
	 * @throws IllegalStateException if the duct has a handler
	 * @throws io.ductworks.DuctworksException as for {@link #recv(Type)}
	 */
	<T> @Nullable T recv(Type type, Duration timeout);

	/**
	 * Sends a message and waits for its answer at most the duct's request time-out.
	 * @param <T> the type of the answer
	 * @param payload the message
	 * @param replyType the type of the answer
	 * @return the answer; {@code null} is an answer too
	 * @throws io.ductworks.DuctworksException as for
	 * {@link #request(Object, Type, Duration)}
	 */
	default <T> @Nullable T request(@Nullable Object payload, Class<T> replyType) {
		return request(payload, (Type) replyType, requestTimeout());
	}

	/**
	 * Sends a message and waits for its answer.
	 * @param <T> the type of the answer
	 * @param payload the message
	 * @param replyType the type of the answer
	 * @param timeout how long to wait, sending included
	 * @return the answer; {@code null} is an answer too
	 * @throws io.ductworks.DuctworksException as for
	 * {@link #request(Object, Type, Duration)}
	 */
	default <T> @Nullable T request(@Nullable Object payload, Class<T> replyType, Duration timeout) {
		return request(payload, (Type) replyType, timeout);
	}

	/**
	 * Sends a message and waits for its answer. Answers bear no mark, so one request at a
	 * time goes over a connection, and the next message on it is the answer. Other
	 * requests wait, first come, first served, and go out over the first connection that
	 * is free; waiting counts against their own time-out. With
	 * {@linkplain DuctBuilder#pipelining pipelining} they do not wait: of two connections
	 * taken at random a request goes to the one over which fewer answers are due, at most
	 * 16,384 over each.
	 * <p>
	 * After a time-out no request goes out over that connection until the late answer has
	 * come, which is skipped. If it does not come within the
	 * {@linkplain DuctBuilder#lateAnswerTimeout late-answer time-out} the connection ends
	 * with reason {@code unanswered}. It ends with reason {@code unmatched} if the peer
	 * sends a message when no answer is due. A request of which nothing was written when
	 * its connection ended goes out over another, once each.
	 * @param <T> the type of the answer
	 * @param payload the message
	 * @param replyType the type of the answer, which may be generic
	 * @param timeout how long to wait, sending included
	 * @return the answer; {@code null} is an answer too
	 * @throws IllegalStateException if the duct has sent a message since it was opened,
	 * or has a handler, unless {@linkplain DuctBuilder#mixedTraffic traffic may be
	 * mixed}; or if a handler asks over the connection that it is serving
	 * @throws io.ductworks.DuctTimeoutException if no answer came in time, which is not
	 * known to be too late for the peer; or if the request was not sent, since its
	 * time-out is zero or less, or had passed while others were under way, or too many
	 * wait: {@link io.ductworks.DuctTimeoutException#sent()} tells the two apart. The
	 * connection stays
	 * @throws io.ductworks.RemoteHandlerException if the other side's handler failed
	 * @throws io.ductworks.MessageCodecException if the request cannot be encoded or the
	 * answer is not of that type
	 * @throws io.ductworks.RemoteDuctClosedException if the connection ended before the
	 * answer; the request may have been carried out
	 * @throws io.ductworks.MessageProtocolException if it ended since the peer sent what
	 * is no frame
	 * @throws io.ductworks.NotConnectedException if there is no connection
	 * @throws io.ductworks.DuctInterruptedException if the thread was interrupted while
	 * it waited
	 */
	<T> @Nullable T request(@Nullable Object payload, Type replyType, Duration timeout);

	/**
	 * Sends a message whose answer is waited for in the background, at most the duct's
	 * request time-out.
	 * @param <T> the type of the answer
	 * @param payload the message
	 * @param replyType the type of the answer
	 * @return as for {@link #requestAsync(Object, Type, Duration)}
	 */
	default <T> CompletableFuture<T> requestAsync(@Nullable Object payload, Class<T> replyType) {
		return requestAsync(payload, replyType, requestTimeout());
	}

	/**
	 * Sends a message whose answer is waited for in the background. Blocks only while
	 * there is no connection or no room to send, never longer than the time-out; while
	 * the connections are busy with other requests it waits, encoded, in the background.
	 * The answer is read and timed in the background; what depends on the future runs on
	 * worker threads, at most 16 at a time, and never on a thread that reads. It may
	 * block, but while more than 16,384 answers wait for a thread no more requests are
	 * taken.
	 * @param <T> the type of the answer
	 * @param payload the message
	 * @param replyType the type of the answer, which may be generic
	 * @param timeout how long to wait, sending included
	 * @return completes with the answer, or with the exception that {@link #request}
	 * would throw, be it that the message could not be sent: nothing is thrown here.
	 * Cancelling it changes nothing on the wire
	 */
	<T> CompletableFuture<T> requestAsync(@Nullable Object payload, Type replyType, Duration timeout);

	/**
	 * Sets the handler that takes the messages, in place of {@link #recv()}.
	 * @param handler takes each message
	 * @throws IllegalStateException if the duct is open already, has a handler, or is one
	 * connection of a parent
	 */
	void handler(DuctHandler handler);

	/**
	 * Whether there is a connection. The end of one is noticed within a second, even
	 * where nobody receives, unless more than 64 KiB of unread messages hide it.
	 * @return whether there is a connection
	 */
	boolean isConnected();

	/**
	 * The connections that there are now.
	 * @return a duct for each connection, in the order of their coming; one that is a
	 * connection itself gives itself as long as it is connected. Closing one ends that
	 * connection for good
	 */
	List<MessageDuct> connections();

	/**
	 * Who the peer is, as far as the transport vouches for it.
	 * @return the Unix user at the other end of a Unix domain socket, with TLS the X.500
	 * subject of the peer's certificate; {@code null} if not known, or if there is not
	 * exactly one connection
	 */
	@Nullable Principal peer();

	/**
	 * Where the peer is.
	 * @return over TCP its host and port, over a Unix domain socket its path, which
	 * mostly is empty; {@code null} within a process, or if there is not exactly one
	 * connection. One connection gives it after its end too
	 */
	@Nullable SocketAddress remoteAddress();

	/**
	 * Totals of the parent or child that this duct belongs to.
	 * @return live figures
	 */
	DuctStatistics statistics();

	/**
	 * The end of this connection, or of the time that a parent or child is open. Before
	 * the first opening it is the end of the time to come; after {@link #close()} it is
	 * the past end until the duct opens again.
	 * @return completes with the reason when everything is over, before {@link #close()}
	 * returns; a parent or child always gives {@link CloseReason#LOCAL_SHUTDOWN}. What
	 * depends on it and was there before the end runs on a worker thread
	 */
	CompletionStage<CloseReason> whenClosed();

	/**
	 * Closes the duct: writes what was accepted, for at most the close time-out, then
	 * ends the connections, wakes every waiting thread with a
	 * {@link io.ductworks.NotConnectedException}, gives back sockets, files and threads,
	 * and lets observers and what depends on futures finish within the same time. When it
	 * returns, all figures are final, and no handler, observer or future of the time that
	 * the duct was open is begun afterwards. A handler that runs just then is not waited
	 * for. Events for an observer that takes longer are dropped and counted; futures are
	 * completed all the same. An interrupt does not keep it from its work, and stays.
	 * <p>
	 * May be called by any thread; of several one does the work, and the others wait. A
	 * callback of the duct itself does not wait: what remains is told after it has
	 * returned. Further calls do nothing.
	 */
	@Override
	void close();

}
