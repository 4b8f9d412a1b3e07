package io.ductworks.message;

import java.util.ArrayList;
import java.util.List;

import io.ductworks.internal.connection.End;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a parent or child that are open, and waiting for one to send to.
 * Thread-safe.
 */
final class LiveConnections {

	private final Availability availability;

	/** Written under the lock of {@link #availability} alone; immutable. */
	private volatile List<Link> all = List.of();

	LiveConnections(Availability availability) {
		this.availability = availability;
	}

	/**
	 * Adds a connection, unless it has ended: an observer may have closed it before it
	 * came here.
	 */
	void add(Link link) {
		this.availability.change(() -> {
			boolean open = link.isOpen();
			if (open) {
				List<Link> all = new ArrayList<>(this.all);
				all.add(link);
				this.all = List.copyOf(all);
			}
			this.availability.connected(open);
		});
	}

	void ended(Link link, End end) {
		this.availability.change(() -> {
			this.all = this.all.stream().filter((other) -> other != link).toList();
			this.availability.ended(end, this.all.isEmpty());
		});
	}

	/**
	 * All of them, in the order of their coming.
	 */
	List<Link> all() {
		return this.all;
	}

	/**
	 * The connection to send to, if there is just one and no need to wait for it.
	 */
	@Nullable Link only() {
		List<Link> all = this.all;
		return (all.size() == 1 && this.availability.isOpen()) ? all.get(0) : null;
	}

	/**
	 * All connections to send to, at least one.
	 * @throws io.ductworks.DuctworksException if there is none
	 */
	List<Link> await(long deadline) {
		List<Link> all = this.all;
		if (!all.isEmpty() && this.availability.isOpen()) {
			return all;
		}
		return this.availability.locked(() -> {
			while (this.all.isEmpty() || !this.availability.isOpen()) {
				this.availability.awaitConnection(deadline, true);
			}
			return this.all;
		});
	}

	/**
	 * Waits until connections that have ended are not among them any more, if others are
	 * waited for.
	 * @return whether to look for another connection
	 */
	boolean awaitGone(List<Link> ended, long deadline) {
		return this.availability.locked(() -> {
			while (this.availability.waits() && this.all.stream().anyMatch(ended::contains)) {
				if (!this.availability.awaitChange(deadline)) {
					return false;
				}
			}
			return this.availability.waits();
		});
	}

	/**
	 * Waits until there is one of several connections.
	 * @throws io.ductworks.DuctworksException if there is none
	 */
	void await(Candidates candidates, long deadline) {
		if (hasAny(candidates)) {
			return;
		}
		this.availability.locked(() -> {
			while (!hasAny(candidates)) {
				// How a connection ended is known here once it is not among them any
				// more.
				if (!isAnyEnding() || !this.availability.awaitChange(deadline)) {
					this.availability.awaitConnection(deadline, true);
				}
			}
			return true;
		});
	}

	/**
	 * Whether there is one of several connections, or may be one soon.
	 */
	boolean mayHave(Candidates candidates) {
		return hasAny(candidates) || candidates.only() == null && this.availability.waitsForConnection();
	}

	/**
	 * How many nanoseconds a connection is still waited for.
	 * @return {@link Long#MAX_VALUE} if there is one
	 */
	long graceLeft() {
		return this.all.isEmpty() ? this.availability.graceLeft() : Long.MAX_VALUE;
	}

	private boolean isAnyEnding() {
		return this.availability.isOpen() && this.all.stream().anyMatch((link) -> !link.isOpen());
	}

	private boolean hasAny(Candidates candidates) {
		return this.availability.isOpen() && this.all.stream().anyMatch(candidates::include);
	}

}
