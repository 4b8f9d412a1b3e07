package io.ductworks.message;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.ductworks.internal.connection.ConnectionListener;
import io.ductworks.internal.connection.End;
import org.jspecify.annotations.Nullable;

/**
 * Turns what happens to one connection into totals, events, log lines, and messages for
 * the inbox or the handler.
 */
final class LinkEvents implements ConnectionListener {

	private final Link link;

	private final Serving serving;

	private final @Nullable RpcIntake rpc;

	private final LiveConnections live;

	private final Inbox inbox;

	private final Observers observers;

	private final Requests requests;

	private final Comings comings;

	private final boolean endIsReceived;

	private final Set<Link> links;

	/**
	 * Creates one.
	 * @param rpc takes what comes with JSON-RPC, {@code null} without
	 * @param endIsReceived whether a caller of {@code recv} learns of the end
	 * @param links has the connection until its end is worked off
	 */
	LinkEvents(Link link, @Nullable RpcIntake rpc, LiveConnections live, Inbox inbox, Observers observers,
			Requests requests, Comings comings, boolean endIsReceived, Set<Link> links) {
		this.link = link;
		this.serving = link.serving();
		this.rpc = rpc;
		this.live = live;
		this.inbox = inbox;
		this.observers = observers;
		this.requests = requests;
		this.comings = comings;
		this.endIsReceived = endIsReceived;
		this.links = links;
	}

	@Override
	public boolean messageReady() {
		if (this.serving != Serving.NOT) {
			return this.serving.messageReady();
		}
		// Observers first get to know that there is a connection.
		this.link.announcement().afterwards(() -> this.inbox.messageReady(this.link));
		return false;
	}

	@Override
	public boolean isAnswering(boolean unread, boolean unwritten) {
		return this.serving != Serving.NOT && (this.serving.isAnswering(unread) || unwritten);
	}

	@Override
	public boolean takesMore() {
		return this.rpc == null || this.rpc.takesMore();
	}

	@Override
	public void received(byte[] payload) {
		if (this.rpc != null) {
			this.rpc.received(payload);
		}
	}

	@Override
	public void answered() {
		this.requests.answered(this.link);
	}

	@Override
	public long messagesTaken() {
		return this.link.scope().statistics().messagesReceived();
	}

	@Override
	public void cannotWait(IOException failure) {
		this.link.scope()
			.log()
			.warn("no-selector", this.link.subject() + ": cannot wait for the peer, looks again and again instead: "
					+ failure.getMessage());
	}

	@Override
	public @Nullable End refusal(byte[] bytes, int offset, int length) {
		return Problems.refusal(this.link, this.rpc != null, bytes, offset, length);
	}

	@Override
	public void untaken(long nanos) {
		if (this.serving == Serving.NOT && this.link.connection().reading().takenFrames() == 0) {
			this.link.scope()
				.log()
				.warn("nobody-receives",
						this.link.subject() + ": messages have waited for " + TimeUnit.NANOSECONDS.toSeconds(nanos)
								+ " s, and nobody receives; the duct has no handler: call recv, or give it one (in "
								+ "Spring a @DuctListener method)");
		}
	}

	@Override
	public void ending(End end) {
		this.link.scope().statistics().closed(end.reason());
	}

	@Override
	public void ended(End end, int unsent) {
		DuctStatistics statistics = this.link.scope().statistics();
		statistics.messagesUnsent.add(unsent);
		statistics.connections.decrementAndGet();
		if (end.isLocal()) {
			// Nothing is handed out any more that observers would have to know of first.
			this.link.announcement().made();
		}
		this.serving.connectionEnded();
		if (this.serving == Serving.NOT) {
			this.inbox.ended(this.link, end);
		}
		this.live.ended(this.link, end);
		this.requests.disconnected();
		this.comings.went(this.link, end);
		this.observers.disconnected(this.link, this.link.duct(), end.reason(), unsent);
		if (end.isFault() && !this.endIsReceived) {
			this.link.scope().log().warn(end.reason().tag(), this.link.subject() + ": " + end.text());
		}
	}

	@Override
	public void over(End end) {
		if (end.isLocal()) {
			this.link.abandonTaken();
		}
		this.link.over(end.reason());
		this.links.remove(this.link);
	}

	@Override
	public void unhandled(int messages) {
		this.link.unhandled(messages);
	}

	@Override
	public void drained() {
		this.link.scope().statistics().settle(this.link.connection());
		if (this.serving == Serving.NOT) {
			this.inbox.drained(this.link);
		}
	}

}
