package io.ductworks.message;

import io.ductworks.DuctProblemException;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a message that is given after its handler has returned, by any thread.
 * Made by {@link DuctMessage#deferReply()}. Thread-safe.
 */
public final class Deferred {

	private final Reply reply;

	Deferred(Reply reply) {
		this.reply = reply;
	}

	/**
	 * Answers the message. May wait for room to send. An answer that cannot be encoded
	 * may be given anew.
	 * @param result the answer; {@code null} is an answer too
	 * @return false if nobody waits for it any more, and nothing was sent: the request
	 * was cancelled, its {@linkplain DuctBuilder#handlerTimeout handler time-out} has
	 * passed, or the duct was closed
	 * @throws IllegalStateException if it was answered already
	 * @throws io.ductworks.DuctworksException as for {@link MessageDuct#send}
	 */
	public boolean reply(@Nullable Object result) {
		return this.reply.giveDeferred(() -> this.reply.replies().send(result));
	}

	/**
	 * Tells the requester that its request failed.
	 * @param problem what to tell, as for {@link DuctMessage#replyWithError}
	 * @return false if nobody waits for it any more, and nothing was sent
	 * @throws IllegalStateException if it was answered already
	 * @throws io.ductworks.DuctworksException as for {@link MessageDuct#send}
	 */
	public boolean replyWithError(DuctProblemException problem) {
		return this.reply.giveDeferred(() -> this.reply.replies().send(problem));
	}

	/**
	 * Tells the requester that its request failed, as if the handler had thrown it, and
	 * logs it likewise: a {@link DuctProblemException} says itself what is told, anything
	 * else is status 500. What {@link #reply} could not encode may be handed on so.
	 * @param failure what it failed with
	 * @return false if nobody waits for it any more, and nothing was sent and logged
	 * @throws IllegalStateException if it was answered already
	 * @throws io.ductworks.DuctworksException as for {@link MessageDuct#send}
	 */
	public boolean fail(Throwable failure) {
		boolean isDue = true;
		try {
			isDue = this.reply.giveDeferred(() -> this.reply.replies().send(this.reply.problem(failure)));
		}
		finally {
			if (isDue) {
				this.reply.replies().logFailure(failure);
			}
		}
		return isDue;
	}

	/**
	 * Sets what is told when nobody waits for the answer any more. The requester has been
	 * answered by then.
	 * @param abandoned is told once, on a worker thread of the duct, or on the calling
	 * thread if nobody waits already; replaces what was set before
	 */
	public void onAbandoned(Runnable abandoned) {
		this.reply.onAbandoned(abandoned);
	}

}
