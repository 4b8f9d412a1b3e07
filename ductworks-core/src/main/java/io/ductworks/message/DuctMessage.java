package io.ductworks.message;

import java.lang.reflect.Type;

import io.ductworks.DuctProblemException;
import io.ductworks.MessageCodecException;
import org.jspecify.annotations.Nullable;

/**
 * A message that was handed to a {@link DuctHandler}. Thread-safe. Its content may be
 * kept after the handler returned. It may be answered, once, until then, or later if its
 * handler {@linkplain #deferReply defers} the answer.
 */
public final class DuctMessage {

	private final Replies replies;

	private final Reply reply;

	/** What decoding failed with last. */
	private volatile @Nullable Throwable unreadable;

	DuctMessage(Replies replies) {
		this.replies = replies;
		this.reply = new Reply(replies);
	}

	/**
	 * Whether anybody may wait for an answer.
	 */
	boolean takesAnswer() {
		return this.replies.takesAnswer();
	}

	/**
	 * Its one answer.
	 */
	Reply answer() {
		return this.reply;
	}

	/**
	 * What is called, with {@link Protocol#JSON_RPC}.
	 * @return the method, or {@code null} with {@link Protocol#BARE}
	 */
	public @Nullable String method() {
		return this.replies.method();
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
	 * Decodes the message to a type that may be generic. With {@link Protocol#JSON_RPC}
	 * it is the parameters that are decoded: an object as it is, an array of one as its
	 * element, any other array as it is, and no parameters as {@code null}. For an array
	 * or a collection, an array of one whose element is no array is taken as it is.
	 * @param <T> the wanted type
	 * @param type the wanted type
	 * @return the message; {@code null} is a message too
	 * @throws MessageCodecException if the payload is no message of that type
	 */
	public <T> @Nullable T as(Type type) {
		try {
			return this.replies.decode(type);
		}
		catch (MessageCodecException ex) {
			this.unreadable = ex;
			throw ex;
		}
	}

	/**
	 * The length of what {@link #as} decodes.
	 * @return the number of bytes
	 */
	public int size() {
		return this.replies.size();
	}

	/**
	 * Whether the sender is known to wait for an answer.
	 * @return with {@link Protocol#JSON_RPC} whether it is a request and no notification;
	 * else {@code true} exactly with an {@linkplain DuctHandler#answering answering}
	 * handler
	 */
	public boolean isRequest() {
		return this.replies.isRequest();
	}

	/**
	 * Answers the message. With an {@linkplain DuctHandler#answering answering} handler
	 * this takes the place of its result. An answer that cannot be encoded may be given
	 * anew.
	 * @param result the answer; {@code null} is an answer too
	 * @throws IllegalStateException if it was answered already or its answer was
	 * deferred, its handler has returned, or it is a notification
	 * @throws io.ductworks.DuctworksException as for {@link MessageDuct#send}
	 */
	public void reply(@Nullable Object result) {
		this.reply.give(() -> this.replies.send(result));
	}

	/**
	 * Tells a requester that its request failed: it gets a
	 * {@link io.ductworks.RemoteHandlerException}. On the wire this is a problem of RFC
	 * 9457, as the value of {@code ductworks:error}, whatever the codec, or as the data
	 * of an error of JSON-RPC.
	 * @param problem what to tell; if the answer would be larger than the duct's maximal
	 * frame size, it goes without detail and properties, and with a title that is cut
	 * @throws IllegalStateException if it was answered already or its answer was
	 * deferred, its handler has returned, or it is a notification
	 * @throws io.ductworks.DuctworksException as for {@link MessageDuct#send}
	 */
	public void replyWithError(DuctProblemException problem) {
		this.reply.give(() -> this.replies.send(problem));
	}

	/**
	 * Keeps the place of an answer that is given later, by any thread. The handler may
	 * return without it, and what it returns is not sent. With {@link Protocol#BARE} the
	 * answers of one connection keep their order, so that later ones wait for this one; a
	 * connection takes no more messages while 1,024 answers wait. When the duct closes
	 * the requester is told that its request failed, with status 500.
	 * @return takes the answer
	 * @throws IllegalStateException if it was answered already or its answer was
	 * deferred, its handler has returned, or it is a notification
	 */
	public Deferred deferReply() {
		this.reply.defer();
		return new Deferred(this.reply);
	}

	/**
	 * Whether a failure is the one with which the handler could not decode it.
	 */
	boolean isUnreadable(Throwable failure) {
		return this.unreadable == failure;
	}

}
