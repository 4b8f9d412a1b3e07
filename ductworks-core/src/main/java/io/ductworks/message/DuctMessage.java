package io.ductworks.message;

import java.lang.reflect.Type;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

import io.ductworks.DuctProblemException;
import io.ductworks.DuctworksException;
import io.ductworks.MessageCodecException;
import org.jspecify.annotations.Nullable;

/**
 * A message that was handed to a {@link DuctHandler}. Thread-safe. Its content may be
 * kept after the handler returned; it may be answered, once, until then.
 */
public final class DuctMessage {

	private final byte[] payload;

	private static final AtomicReferenceFieldUpdater<DuctMessage, State> STATE = AtomicReferenceFieldUpdater
		.newUpdater(DuctMessage.class, State.class, "state");

	private final Replies replies;

	private volatile State state = State.OPEN;

	/** Whether the handler has returned. */
	private volatile boolean handled;

	/** What decoding failed with last. */
	private volatile @Nullable Throwable unreadable;

	/** What encoding an answer failed with last. */
	private volatile @Nullable Throwable unsendable;

	/** What became of the answer. */
	private enum State {

		/** It may be given. */
		OPEN,

		/** It is being given. */
		ANSWERING,

		/** It was given. */
		ANSWERED,

		/** It could not be sent. */
		FAILED,

		/** The handler has returned without it. */
		HANDLED

	}

	DuctMessage(byte[] payload, Replies replies) {
		this.payload = payload;
		this.replies = replies;
	}

	/**
	 * Decodes the message. Each call decodes anew.
	 * @param <T> the wanted type
	 * @param type the wanted type, {@code Object.class} for what is natural for the
	 * payload
	 * @return the message; {@code null} is a message too
	 * @throws MessageCodecException if the payload is no message of that type
	 */
	public <T> @Nullable T as(Class<T> type) {
		return as((Type) type);
	}

	/**
	 * Decodes the message to a type that may be generic.
	 * @param <T> the wanted type
	 * @param type the wanted type
	 * @return the message; {@code null} is a message too
	 * @throws MessageCodecException if the payload is no message of that type
	 */
	public <T> @Nullable T as(Type type) {
		try {
			return this.replies.decode(this.payload, type);
		}
		catch (MessageCodecException ex) {
			this.unreadable = ex;
			throw ex;
		}
	}

	/**
	 * The length of the payload.
	 * @return the number of bytes
	 */
	public int size() {
		return this.payload.length;
	}

	/**
	 * Whether the sender is known to wait for an answer.
	 * @return {@code true} exactly with an {@linkplain DuctHandler#answering answering}
	 * handler
	 */
	public boolean isRequest() {
		return this.replies.toRequests();
	}

	/**
	 * Answers the message. With an {@linkplain DuctHandler#answering answering} handler
	 * this takes the place of its result. An answer that cannot be encoded may be given
	 * anew.
	 * @param result the answer; {@code null} is an answer too
	 * @throws IllegalStateException if it was answered already, or its handler has
	 * returned
	 * @throws io.ductworks.DuctworksException as for {@link MessageDuct#send}
	 */
	public void reply(@Nullable Object result) {
		answer(() -> this.replies.send(result));
	}

	/**
	 * Tells a requester that its request failed: it gets a
	 * {@link io.ductworks.RemoteHandlerException}. On the wire this is
	 * {@code {"ductworks:error": …}} with a problem of RFC 9457, whatever the codec.
	 * @param problem what to tell; if the answer would be larger than the duct's maximal
	 * frame size, it goes without detail and properties, and with a title that is cut
	 * @throws IllegalStateException if it was answered already, or its handler has
	 * returned
	 * @throws io.ductworks.DuctworksException as for {@link MessageDuct#send}
	 */
	public void replyWithError(DuctProblemException problem) {
		answer(() -> this.replies.send(problem));
	}

	private void answer(Runnable send) {
		if (!STATE.compareAndSet(this, State.OPEN, State.ANSWERING)) {
			throw new IllegalStateException(
					this.replies.subject() + ": a message is answered once, until its handler has "
							+ "returned; this one " + (isHandled() ? "was handled already" : "was answered already"));
		}
		State state = State.FAILED;
		try {
			send.run();
			state = State.ANSWERED;
		}
		catch (MessageCodecException ex) {
			// Nothing was sent: another answer may be given.
			this.unsendable = ex;
			state = State.OPEN;
			throw ex;
		}
		catch (DuctworksException ex) {
			throw ex;
		}
		catch (RuntimeException | Error ex) {
			this.unsendable = ex;
			state = State.OPEN;
			throw ex;
		}
		finally {
			this.state = state;
			if (this.handled) {
				endIfOpen();
			}
		}
	}

	private boolean isHandled() {
		return this.state == State.HANDLED;
	}

	/**
	 * Whether it may be answered now.
	 */
	boolean isOpen() {
		return this.state == State.OPEN;
	}

	boolean isAnswered() {
		return this.state == State.ANSWERED;
	}

	/**
	 * Whether a failure is the one with which the handler could not decode it.
	 */
	boolean isUnreadable(Throwable failure) {
		return this.unreadable == failure;
	}

	/**
	 * Whether a failure is the one with which an answer could not be encoded.
	 */
	boolean isUnsendable(Throwable failure) {
		return this.unsendable == failure;
	}

	/**
	 * Notes that its handler has returned.
	 */
	void handled() {
		this.handled = true;
		endIfOpen();
	}

	private void endIfOpen() {
		STATE.compareAndSet(this, State.OPEN, State.HANDLED);
	}

}
