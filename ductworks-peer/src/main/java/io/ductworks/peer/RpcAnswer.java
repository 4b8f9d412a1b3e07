package io.ductworks.peer;

import java.net.ProtocolException;

import org.jspecify.annotations.Nullable;

/**
 * The answer to a request of this peer, which comes once and may be asked for any number
 * of times. What comes meanwhile is kept for those who ask for it.
 * <p>
 * Waiting blocks and fails as the calls of a {@link PeerConnection} do. Safe for use by
 * several threads.
 */
public final class RpcAnswer {

	private final RpcPeer peer;

	private final String id;

	/** Under the lock of the mailbox. */
	private RpcMessage.@Nullable Answer answer;

	RpcAnswer(RpcPeer peer, String id) {
		this.peer = peer;
		this.id = id;
	}

	/**
	 * The id that request and answer have.
	 * @return JSON text, such as {@code 1} or {@code "1"} with its quotation marks
	 */
	public String id() {
		return this.id;
	}

	/**
	 * Waits for the answer, which must be a result.
	 * @return JSON text as it came
	 */
	public String result() {
		return this.peer.await("await the result for " + this.id, (mailbox) -> {
			RpcMessage.Answer taken = take(mailbox);
			return (taken != null) ? result(taken) : null;
		});
	}

	/**
	 * Waits for the answer, which must be that result.
	 * @param json the result; white space outside of strings does not count, the order of
	 * members does
	 */
	public void expectResult(String json) {
		this.peer.await("expect result " + PeerConnection.shown(json) + " for " + this.id, (mailbox) -> {
			RpcMessage.Answer taken = take(mailbox);
			if (taken != null && !JsonText.compact(result(taken)).equals(JsonText.compact(json))) {
				throw new ProtocolException("got " + taken);
			}
			return taken;
		});
	}

	private static String result(RpcMessage.Answer answer) throws ProtocolException {
		if (answer.result() == null) {
			throw new ProtocolException("got " + answer);
		}
		return answer.result();
	}

	/**
	 * Waits for the answer, which must be an error.
	 * @return the error
	 */
	public RpcError error() {
		return this.peer.await("await the error for " + this.id, (mailbox) -> {
			RpcMessage.Answer taken = take(mailbox);
			if (taken != null && taken.error() == null) {
				throw new ProtocolException("got " + taken);
			}
			return (taken != null) ? taken.error() : null;
		});
	}

	private RpcMessage.@Nullable Answer take(RpcMailbox mailbox) {
		if (this.answer == null) {
			this.answer = mailbox.takeAnswer(this.id);
		}
		return this.answer;
	}

}
