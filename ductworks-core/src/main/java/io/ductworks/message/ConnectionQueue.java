package io.ductworks.message;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for a connection over which no other is under way: an answer bears
 * no mark, so one request at a time goes over a connection. First come, first served.
 * Thread-safe.
 */
final class ConnectionQueue {

	/** How many may wait. */
	static final int CAPACITY = 16 * 1024;

	private final LiveConnections live;

	/** Guarded by this. */
	private final Deque<Place> places = new ArrayDeque<>();

	/** How many wait; read without the lock by those that find a connection free. */
	private volatile int size;

	ConnectionQueue(LiveConnections live) {
		this.live = live;
	}

	/**
	 * Is told of the connection that was freed.
	 */
	interface Granted {

		/**
		 * Goes on with a connection. Called by the thread that has freed it; must not
		 * block.
		 * @param link the connection, to be given back by {@link #free}, or {@code null}
		 * if none is left
		 */
		void accept(@Nullable Link link);

	}

	/**
	 * One request's place in the queue.
	 */
	static final class Place {

		private final Candidates candidates;

		private final Granted granted;

		private Place(Candidates candidates, Granted granted) {
			this.candidates = candidates;
			this.granted = granted;
		}

	}

	boolean isEmpty() {
		return this.size == 0;
	}

	/**
	 * Takes a connection that is free if no other request waits.
	 * @return the connection, to be given back by {@link #free}, or {@code null}
	 */
	@Nullable Link tryTake(Candidates candidates) {
		return (this.size == 0) ? takeFree(candidates) : null;
	}

	private @Nullable Link takeFree(Candidates candidates) {
		for (Link link : this.live.all()) {
			if (candidates.include(link) && link.tryOccupy()) {
				return link;
			}
		}
		return null;
	}

	/**
	 * Waits in the queue for a connection.
	 * @param granted is told once, unless the place is left
	 * @return the place, or {@code null} if too many wait
	 */
	@Nullable Place enter(Candidates candidates, Granted granted) {
		Place place = new Place(candidates, granted);
		synchronized (this) {
			if (this.places.size() >= CAPACITY) {
				return null;
			}
			this.places.add(place);
			this.size = this.places.size();
		}
		// One may have been freed, or the last have ended, meanwhile.
		serve();
		if (!this.live.mayHave(candidates)) {
			dismiss();
		}
		return place;
	}

	/**
	 * Leaves the queue.
	 * @return false if the place was granted a connection already
	 */
	synchronized boolean leave(Place place) {
		boolean waited = this.places.remove(place);
		this.size = this.places.size();
		return waited;
	}

	/**
	 * Gives a connection back, over which no answer is due any more.
	 */
	void free(Link link) {
		link.vacate();
		if (this.size > 0) {
			serve();
		}
	}

	/**
	 * Grants those that wait what is free, as there may be a connection more.
	 */
	void serve() {
		List<Runnable> grants = new ArrayList<>(1);
		synchronized (this) {
			for (Iterator<Place> all = this.places.iterator(); all.hasNext();) {
				Place place = all.next();
				Link link = takeFree(place.candidates);
				if (link != null) {
					all.remove();
					grants.add(() -> place.granted.accept(link));
				}
				else if (place.candidates.areAll()) {
					// Nor is there one for those behind it.
					break;
				}
			}
			this.size = this.places.size();
		}
		grants.forEach(Runnable::run);
	}

	/**
	 * Has those leave that wait in vain.
	 */
	void dismiss() {
		List<Place> dismissed = new ArrayList<>();
		synchronized (this) {
			for (Iterator<Place> all = this.places.iterator(); all.hasNext();) {
				Place place = all.next();
				if (!this.live.mayHave(place.candidates)) {
					all.remove();
					dismissed.add(place);
				}
			}
			this.size = this.places.size();
		}
		dismissed.forEach((place) -> place.granted.accept(null));
	}

}
