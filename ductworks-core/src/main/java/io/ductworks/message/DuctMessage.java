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
	 * What its sender said of the trace that it belongs to, with
	 * {@link Protocol#JSON_RPC}: what {@code _meta} has by this name. It is as the sender
	 * wrote it, and unchecked.
	 * @param key {@code traceparent}, {@code tracestate} or {@code baggage}
	 * @return the value, or {@code null} if there is none, as for any other key
	 */
	public @Nullable String context(String key) {
		return this.replies.context(key);
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
			this.reply.unreadable(ex);
			throw ex;
		}
	}

	/**
	 * Decodes one parameter of what {@link #as} decodes: a member of an object, or an
	 * element of an array. One that is not there is decoded as {@code null}, and so are
	 * all where there is neither an object nor an array. Needs JSON. Each call looks
	 * anew.
	 * @param <T> the wanted type
	 * @param name the name of the member
	 * @param position the place of the element from 0 on; a negative one has none
	 * @param type the wanted type, which may be generic
	 * @return the parameter
	 * @throws MessageCodecException if the parameter is not of that type, or the payload
	 * is no JSON
	 */
	public <T> @Nullable T parameter(String name, int position, Type type) {
		try {
			return this.replies.decode(name, position, type);
		}
		catch (MessageCodecException ex) {
			this.reply.unreadable(ex);
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
	 * Whether the sender of a {@linkplain #isRequest() request} still waits for its
	 * answer, as far as this side knows. What takes long may be left off when it does
	 * not.
	 * @return false if it is no request, was {@linkplain #isAnswered() answered} already,
	 * was cancelled or has expired, as JSON-RPC tells, or its connection has ended
	 */
	public boolean isAwaited() {
		return this.replies.isAwaited() && !isAnswered();
	}

	/**
	 * Whether it takes no answer any more.
	 * @return whether it was answered, be it in vain, or its answer was
	 * {@linkplain #deferReply deferred}, or its handler has returned
	 */
	public boolean isAnswered() {
		return !this.reply.isOpen();
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
	 * Says that nobody handles such a message. One whose sender {@linkplain #isRequest
	 * waits} is answered with a problem of status 404, in JSON-RPC an error of code
	 * -32601; any other is counted as {@linkplain DuctStatistics#messagesUnhandled()
	 * unhandled}. Either is logged, sparingly.
	 * @param title what is not found, such as {@code No such method}
	 * @param detail its name, or {@code null}; the log shows it, without line breaks and
	 * cut
	 * @throws IllegalStateException as for {@link #replyWithError}
	 * @throws io.ductworks.DuctworksException as for {@link MessageDuct#send}
	 */
	public void notFound(String title, @Nullable String detail) {
		boolean waitedFor = isRequest();
		this.replies.logNotFound((detail != null) ? title + ": " + detail : title, waitedFor);
		if (waitedFor) {
			replyWithError(new DuctProblemException(404, title, detail));
		}
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

}
