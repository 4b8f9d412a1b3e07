package io.ductworks.peer;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * What has come on a connection as JSON-RPC 2.0, and nobody has taken. Of those that
 * wait, one reads and keeps for the others what is not for it.
 */
final class RpcMailbox {

	/** How much of what is kept goes into a message. */
	private static final int SHOWN_MESSAGES = 10;

	private final List<RpcMessage> kept = new ArrayList<>();

	private boolean reading;

	private long lastId;

	/**
	 * Where messages come from.
	 */
	@FunctionalInterface
	interface Source {

		/**
		 * Waits for the next payload.
		 * @return {@code null} at the end, for who does not take it for a failure
		 */
		byte @Nullable [] next() throws IOException;

	}

	/**
	 * Takes what it waits for out of a mailbox, under its lock.
	 *
	 * @param <T> what comes of it
	 */
	@FunctionalInterface
	interface Taking<T> {

		/**
		 * Takes it.
		 * @return {@code null} to wait until more has come
		 * @throws IOException if what has come is not what was to come
		 */
		@Nullable T from(RpcMailbox mailbox) throws IOException;

	}

	/**
	 * An id for a request of the peer's own.
	 */
	synchronized String nextId() {
		this.lastId++;
		return Long.toString(this.lastId);
	}

	/**
	 * Waits until there is something to take.
	 * @return empty at the end of the source
	 */
	<T> Optional<T> await(Taking<T> taking, Source source, Deadline deadline) throws IOException, InterruptedException {
		try {
			T taken = takeOrBeginToRead(taking, deadline);
			while (taken == null) {
				if (!read(source)) {
					return Optional.empty();
				}
				taken = takeOrBeginToRead(taking, deadline);
			}
			return Optional.of(taken);
		}
		catch (SocketTimeoutException ex) {
			throw new SocketTimeoutException(ex.getMessage() + describeKept());
		}
		catch (EOFException ex) {
			throw new EOFException(ex.getMessage() + describeKept());
		}
	}

	/**
	 * Takes something, or waits until nobody reads.
	 * @return {@code null} if the caller is to read now
	 */
	private synchronized <T> @Nullable T takeOrBeginToRead(Taking<T> taking, Deadline deadline)
			throws IOException, InterruptedException {
		T taken = taking.from(this);
		while (taken == null && this.reading) {
			long millis = deadline.millisLeft();
			if (millis == 0) {
				throw new SocketTimeoutException("got nothing " + deadline);
			}
			wait(millis);
			taken = taking.from(this);
		}
		if (taken == null) {
			this.reading = true;
		}
		return taken;
	}

	/**
	 * Reads one message, and lets the others look for theirs.
	 * @return false at the end of the source
	 */
	private boolean read(Source source) throws IOException {
		RpcMessage message = null;
		try {
			byte[] payload = source.next();
			if (payload != null) {
				message = RpcMessage.parse(new String(payload, StandardCharsets.UTF_8));
			}
			return message != null;
		}
		finally {
			endReading(message);
		}
	}

	private synchronized void endReading(@Nullable RpcMessage message) {
		this.reading = false;
		if (message != null) {
			this.kept.add(message);
		}
		notifyAll();
	}

	/**
	 * Takes the oldest request or notification.
	 */
	RpcMessage.@Nullable Call takeCall() {
		return take(RpcMessage.Call.class, (call) -> true);
	}

	/**
	 * Takes the oldest answer with that id.
	 */
	RpcMessage.@Nullable Answer takeAnswer(String id) {
		return take(RpcMessage.Answer.class, (answer) -> RpcMessage.sameId(answer.id(), id));
	}

	/**
	 * Takes the oldest wish that the request with that id be cancelled.
	 */
	RpcMessage.@Nullable Cancel takeCancel(String id) {
		return take(RpcMessage.Cancel.class, (cancel) -> RpcMessage.sameId(cancel.id(), id));
	}

	private synchronized <M extends RpcMessage> @Nullable M take(Class<M> type, Predicate<M> condition) {
		Iterator<RpcMessage> messages = this.kept.iterator();
		while (messages.hasNext()) {
			RpcMessage message = messages.next();
			if (type.isInstance(message) && condition.test(type.cast(message))) {
				messages.remove();
				return type.cast(message);
			}
		}
		return null;
	}

	private synchronized String describeKept() {
		if (this.kept.isEmpty()) {
			return "";
		}
		String names = this.kept.stream().limit(SHOWN_MESSAGES).map(RpcMessage::name).collect(Collectors.joining(", "));
		int more = this.kept.size() - SHOWN_MESSAGES;
		return "; came and not taken: " + names + ((more > 0) ? " and " + more + " more" : "");
	}

}
