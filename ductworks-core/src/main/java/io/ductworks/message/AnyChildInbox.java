package io.ductworks.message;

import java.lang.reflect.Type;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.ductworks.DuctTimeoutException;
import io.ductworks.internal.connection.End;
import io.ductworks.internal.connection.Next;
import org.jspecify.annotations.Nullable;

/**
 * Receiving from any of many children: one message of each that has some, in turn. The
 * end of a connection is not received.
 */
final class AnyChildInbox implements Inbox {

	private final Availability availability;

	private final LiveConnections live;

	private final DuctScope scope;

	/** Those that may have a message, in turn; guarded by {@link #availability}. */
	private final Set<Link> ready = new LinkedHashSet<>();

	AnyChildInbox(Availability availability, LiveConnections live, DuctScope scope) {
		this.availability = availability;
		this.live = live;
		this.scope = scope;
	}

	@Override
	public boolean poll(long deadline) {
		Link link;
		do {
			link = awaitReady(deadline);
		}
		while (link != null && link.connection().reading().look() != Next.MESSAGE);
		return link != null;
	}

	@Override
	public <T> @Nullable T receive(Type type) {
		return receive(type, this.scope.receiveDeadline());
	}

	@Override
	public <T> @Nullable T receive(Type type, long deadline) {
		while (true) {
			Link link = awaitReady(deadline);
			if (link == null) {
				throw new DuctTimeoutException(this.scope.subject() + ": no whole message came from any of "
						+ this.live.all().size() + " children in time; call recv again", null);
			}
			if (link.receiver().look() == Next.MESSAGE || hasLast(link, deadline)) {
				return link.receiver().take(type, deadline);
			}
		}
	}

	/**
	 * Whether a connection that has ended has a message left. The thread that has its
	 * turn just puts it away: nobody waits for bytes any more.
	 */
	private static boolean hasLast(Link link, long deadline) {
		return !link.isOpen() && link.receiver().await(deadline) == Next.MESSAGE;
	}

	/**
	 * Takes the next connection that may have a message.
	 * @return the connection, or {@code null} if the deadline passed first
	 */
	private @Nullable Link awaitReady(long deadline) {
		return this.availability.<@Nullable Link>locked(() -> nextReady(deadline));
	}

	private @Nullable Link nextReady(long deadline) {
		while (this.ready.isEmpty()) {
			if (this.live.all().isEmpty() || !this.availability.isOpen()) {
				this.availability.awaitConnection(deadline, false);
			}
			else if (!this.availability.awaitChange(deadline)) {
				return null;
			}
		}
		Iterator<Link> iterator = this.ready.iterator();
		Link next = iterator.next();
		iterator.remove();
		return next;
	}

	@Override
	public boolean hasUnread() {
		return !this.ready.isEmpty();
	}

	@Override
	public void connected(Link link) {
		// It is received from once it has a message.
	}

	@Override
	public void messageReady(Link link) {
		this.availability.change(() -> {
			this.ready.add(link);
			if (!link.isOpen()) {
				giveUpEldest();
			}
		});
	}

	/**
	 * A connection with a message left is received from before there is said to be none.
	 */
	@Override
	public void ended(Link link, End end) {
		if (!end.isLocal() && link.connection().reading().hasFound()) {
			link.announcement().afterwards(() -> messageReady(link));
		}
		this.availability.change(() -> {
			if (end.isLocal()) {
				this.ready.remove(link);
			}
			giveUpEldest();
		});
	}

	private void giveUpEldest() {
		List<Link> ended = this.ready.stream().filter((link) -> !link.isOpen()).toList();
		for (Link link : ended.subList(0, Math.max(0, ended.size() - MAX_ENDED))) {
			this.ready.remove(link);
			link.giveUp();
		}
	}

	@Override
	public void drained(Link link) {
		// A look at it finds nothing.
	}

	@Override
	public void closed() {
		this.availability.change(() -> {
			this.ready.stream().filter((link) -> !link.isOpen()).forEach(Link::abandon);
			this.ready.clear();
		});
	}

}
