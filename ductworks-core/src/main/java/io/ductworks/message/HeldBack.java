package io.ductworks.message;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The connections that have ended while the handler of their duct is suspended, and still
 * have messages for it; the eldest of too many is given up. Thread-safe.
 */
final class HeldBack {

	private final HandlerSwitch handlerSwitch;

	private final Deque<Link> links = new ArrayDeque<>();

	HeldBack(HandlerSwitch handlerSwitch) {
		this.handlerSwitch = handlerSwitch;
	}

	/**
	 * Keeps a connection.
	 * @return false if the handler is suspended no longer
	 */
	synchronized boolean hold(Link link) {
		if (!this.handlerSwitch.isSuspended()) {
			return false;
		}
		if (!this.links.contains(link)) {
			this.links.add(link);
			if (this.links.size() > Inbox.MAX_ENDED) {
				this.links.remove().giveUp();
			}
		}
		return true;
	}

	/**
	 * Gives back what is kept.
	 */
	synchronized List<Link> take() {
		List<Link> held = List.copyOf(this.links);
		this.links.clear();
		return held;
	}

	/**
	 * Forgets what is kept, since the duct is closed.
	 */
	void clear() {
		take().forEach(Link::abandon);
	}

}
