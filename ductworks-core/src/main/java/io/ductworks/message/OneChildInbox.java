package io.ductworks.message;

import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

import io.ductworks.internal.connection.End;
import io.ductworks.internal.connection.Next;
import org.jspecify.annotations.Nullable;

/**
 * Receiving from one child at a time: the messages of each connection in the order of
 * their coming, then its end, once, as an exception. Of connections that ended one after
 * the other without a message only the last end is kept.
 */
final class OneChildInbox implements Inbox {

	private final Availability availability;

	private final DuctScope scope;

	/** Guarded by {@link #availability}. */
	private final Deque<Unread> unread = new ArrayDeque<>();

	/** The first that {@link #unread} holds, to be read without the lock. */
	private volatile @Nullable Unread oldest;

	OneChildInbox(Availability availability, DuctScope scope) {
		this.availability = availability;
		this.scope = scope;
	}

	/**
	 * A connection to be received from, or the end that is left of it.
	 */
	private static final class Unread {

		private final String subject;

		/** Let go of once there is no message left. */
		private volatile @Nullable Link link;

		private volatile @Nullable End end;

		Unread(Link link) {
			this.subject = link.subject();
			this.link = link;
		}

		boolean isOf(Link link) {
			return this.link == link;
		}

		boolean isDrained() {
			return this.link == null;
		}

		void drained(End end) {
			this.end = end;
			this.link = null;
		}

		/**
		 * How the connection ended.
		 */
		@Nullable End end() {
			Link link = this.link;
			return (link != null) ? link.connection().end() : this.end;
		}

	}

	@Override
	public boolean poll(long deadline) {
		Link link = awaitOldest(deadline).link;
		return link == null || link.receiver().poll(deadline);
	}

	@Override
	public <T> @Nullable T receive(Type type) {
		Unread oldest = this.oldest;
		if (oldest == null || !this.availability.isOpen()) {
			return receive(type, this.scope.receiveDeadline());
		}
		Link link = oldest.link;
		if (link != null) {
			switch (link.receiver().await()) {
				case MESSAGE -> {
					return link.receiver().take(type);
				}
				case NOTHING -> throw link.receiver().notInTime();
				case END -> {
				}
			}
		}
		throwEnd(oldest);
		return receive(type, this.scope.receiveDeadline());
	}

	@Override
	public <T> @Nullable T receive(Type type, long deadline) {
		while (true) {
			Unread oldest = awaitOldest(deadline);
			Link link = oldest.link;
			if (link != null) {
				switch (link.receiver().await(deadline)) {
					case MESSAGE -> {
						return link.receiver().take(type, deadline);
					}
					case NOTHING -> throw link.receiver().notInTime();
					case END -> {
					}
				}
			}
			throwEnd(oldest);
		}
	}

	private Unread awaitOldest(long deadline) {
		Unread oldest = this.oldest;
		if (oldest != null && this.availability.isOpen()) {
			return oldest;
		}
		return this.availability.locked(() -> {
			while (this.unread.isEmpty() || !this.availability.isOpen()) {
				this.availability.awaitConnection(deadline, false);
			}
			return this.unread.element();
		});
	}

	/**
	 * Throws the end of a connection once, and only if it is the last one; another caller
	 * that waited for it goes on with what comes next.
	 */
	private void throwEnd(Unread ended) {
		boolean first = this.availability.locked(() -> {
			boolean removed = this.unread.remove(ended);
			publish();
			return removed;
		});
		End end = ended.end();
		if (end != null && (first && !isFollowedByAnEnd() || end.isLocal())) {
			throw end.exception(ended.subject);
		}
	}

	/**
	 * Whether the next connection has ended without a message too: the thread that found
	 * its end may not have come to say that nothing is left of it.
	 */
	private boolean isFollowedByAnEnd() {
		Unread next = this.oldest;
		Link link = (next != null) ? next.link : null;
		return next != null && (link == null || !link.isOpen() && link.connection().reading().look() != Next.MESSAGE);
	}

	private void publish() {
		this.oldest = this.unread.peek();
	}

	@Override
	public boolean hasUnread() {
		return !this.unread.isEmpty();
	}

	@Override
	public void connected(Link link) {
		this.availability.change(() -> {
			this.unread.add(new Unread(link));
			while (this.unread.size() > MAX_ENDED) {
				Link eldest = this.unread.remove().link;
				if (eldest != null) {
					eldest.giveUp();
				}
			}
			publish();
		});
	}

	@Override
	public void messageReady(Link link) {
		// Callers read from the connection themselves.
	}

	@Override
	public void ended(Link link, End end) {
		if (end.isLocal()) {
			this.availability.change(() -> {
				this.unread.removeIf((unread) -> unread.isOf(link));
				publish();
			});
		}
	}

	@Override
	public void drained(Link link) {
		End end = link.connection().end();
		if (end == null) {
			return;
		}
		this.availability.change(() -> {
			this.unread.stream().filter((unread) -> unread.isOf(link)).forEach((unread) -> unread.drained(end));
			Unread previous = null;
			for (Iterator<Unread> all = this.unread.descendingIterator(); all.hasNext();) {
				Unread unread = all.next();
				if (unread.isDrained() && previous != null && previous.isDrained()) {
					all.remove();
				}
				previous = unread;
			}
			publish();
		});
	}

	@Override
	public void closed() {
		this.availability.change(() -> {
			for (Unread unread : this.unread) {
				Link link = unread.link;
				if (link != null && !link.isOpen()) {
					link.abandon();
				}
			}
			this.unread.clear();
			publish();
		});
	}

}
