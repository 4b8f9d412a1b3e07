package io.ductworks.message;

import io.ductworks.internal.connection.PendingAnswer;
import io.ductworks.internal.protocol.Part;
import io.ductworks.internal.protocol.RpcErrors;
import io.ductworks.internal.protocol.RpcId;
import io.ductworks.internal.protocol.RpcMessage;
import io.ductworks.internal.protocol.RpcReader;
import org.jspecify.annotations.Nullable;

/**
 * Tells apart what comes over one connection of JSON-RPC: answers go to their requests,
 * calls to the handler, and what is neither is answered with an error. Runs on the
 * reader's thread, which it does not block.
 */
final class RpcIntake {

	private static final String CANCEL = "$/cancelRequest";

	/** What begins so is the protocol's own, and may be ignored. */
	private static final String PROTOCOL_PREFIX = "$/";

	/** A peer that takes errors for messages must not be answered for ever. */
	private static final int MAX_FAULTS_IN_A_ROW = 16;

	private static final Part NOTHING = new Part(0, 0);

	private final Link link;

	private final @Nullable RpcServing serving;

	private final RpcRefusals refusals;

	private final boolean meta;

	/** Belongs to the reader. */
	private int faultsInARow;

	/**
	 * Creates one for a connection.
	 * @param serving takes calls, {@code null} where there is no handler
	 */
	RpcIntake(Link link, @Nullable RpcServing serving, RpcRefusals refusals) {
		this.link = link;
		this.serving = serving;
		this.refusals = refusals;
		this.meta = link.scope().options().rpc().meta();
	}

	boolean takesMore() {
		return this.serving == null || this.serving.takesMore();
	}

	void received(byte[] payload) {
		RpcMessage message = RpcReader.read(payload, this.meta);
		if (message instanceof RpcMessage.Fault fault) {
			fault(payload, fault);
			return;
		}
		this.faultsInARow = 0;
		if (message instanceof RpcMessage.Answer answer) {
			answered(payload, answer);
		}
		else if (message instanceof RpcMessage.Call call) {
			called(payload, call);
		}
	}

	private void answered(byte[] payload, RpcMessage.Answer answer) {
		RpcId id = answer.id();
		Part error = answer.error();
		Part part = (error != null) ? error : (answer.result() != null) ? answer.result() : NOTHING;
		long number = (id != null) ? id.number() : -1;
		PendingAnswer.Answer came = new PendingAnswer.Answer(payload, part.offset(), part.length(), error != null);
		if (!this.link.connection().asking().answered(number, came)) {
			unmatched(payload, answer, number);
		}
	}

	private void unmatched(byte[] payload, RpcMessage.Answer answer, long number) {
		this.link.scope().statistics().answersUnmatched.increment();
		Part error = answer.error();
		if (answer.id() == null && error != null) {
			this.link.scope()
				.log()
				.warn("complaint", this.link.subject() + ": the peer could not use what it was sent: "
						+ RpcErrors.read(this.link.subject(), payload, error).getMessage());
			return;
		}
		String what = this.link.connection().asking().hadAsked(number)
				? "for a request that waits for it no more: it is late, or came twice"
				: "that nobody has asked for, with id " + answer.id();
		this.link.scope()
			.log()
			.warn("unmatched", this.link.subject() + ": an answer came " + what + "; it was dropped and counted");
	}

	private void called(byte[] payload, RpcMessage.Call call) {
		RpcId id = call.id();
		if (id == null && call.method().startsWith(PROTOCOL_PREFIX)) {
			if (call.method().equals(CANCEL)) {
				cancel(payload, call.params());
			}
			return;
		}
		if (this.serving != null) {
			this.serving.offer(payload, call);
		}
		else if (id != null) {
			this.refusals.send(id, RpcErrors.METHOD_NOT_FOUND, "Nobody handles requests here");
		}
		else {
			this.link.scope().statistics().messagesUnhandled.increment();
			this.link.scope()
				.log()
				.warn("no-handler", this.link.subject() + ": a notification came, and the duct has no handler; it was "
						+ "dropped and counted as unhandled. Give the duct a handler (in Spring a @DuctListener method)");
		}
	}

	private void cancel(byte[] payload, @Nullable Part params) {
		RpcId id = (params != null) ? RpcId.ofCancel(payload, params) : null;
		if (id != null && this.serving != null) {
			this.serving.cancel(id);
		}
	}

	private void fault(byte[] payload, RpcMessage.Fault fault) {
		this.faultsInARow++;
		this.link.scope()
			.log()
			.warn("no-json-rpc", this.link.subject() + ": a frame of " + payload.length + " bytes was refused: "
					+ fault.text() + "; the connection stays. Is the other side set to protocol json-rpc too?");
		if (this.faultsInARow <= MAX_FAULTS_IN_A_ROW) {
			this.refusals.send(fault.id(), fault.code(), fault.text());
		}
	}

}
