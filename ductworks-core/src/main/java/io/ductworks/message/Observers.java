package io.ductworks.message;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.CloseReason;

/**
 * Tells the observers of an open duct what happens: each of them one event of a
 * connection after the other, on a thread for as long as there are events, so that one
 * that takes its time holds up no other, nor what happens to other connections.
 * Thread-safe.
 */
final class Observers {

	private final MessageDuct duct;

	private final DuctScope scope;

	private final List<Told> all;

	private final List<Told> toldOfRequests;

	Observers(MessageDuct duct, DuctScope scope, List<DuctObserver> observers, Executor threads) {
		this.duct = duct;
		this.scope = scope;
		this.all = observers.stream().map((observer) -> new Told(observer, new EventQueue(threads))).toList();
		this.toldOfRequests = this.all.stream().filter((told) -> observesRequests(told.observer())).toList();
	}

	/**
	 * Requests are many: an observer that left the method as it is shall not cost a
	 * thread.
	 */
	private static boolean observesRequests(DuctObserver observer) {
		return Arrays.stream(observer.getClass().getMethods())
			.filter((method) -> method.getName().equals("requestCompleted"))
			.map(Method::getDeclaringClass)
			.anyMatch((declaring) -> declaring != DuctObserver.class);
	}

	/**
	 * One observer, and the events that wait for it.
	 */
	private record Told(DuctObserver observer, EventQueue queue) {
	}

	/**
	 * Tells of the duct itself.
	 */
	void tell(Event event) {
		this.all.forEach((told) -> tell(told, this, event));
	}

	/**
	 * Tells of a new connection, after what was told of the duct, then runs something,
	 * failures notwithstanding.
	 * @param subject the same for all events of the connection
	 */
	void connected(Named subject, MessageDuct connection, Runnable afterwards) {
		if (this.all.isEmpty()) {
			afterwards.run();
			return;
		}
		AtomicInteger left = new AtomicInteger(this.all.size());
		Runnable told = () -> {
			if (left.decrementAndGet() == 0) {
				afterwards.run();
			}
		};
		Event event = (observer, duct) -> observer.connected(duct, connection);
		for (Told observer : this.all) {
			boolean queued = observer.queue().offerFirst(subject, this, () -> {
				try {
					tellNow(observer.observer(), event);
				}
				finally {
					told.run();
				}
			});
			if (!queued) {
				dropped(observer.observer(), 1);
				told.run();
			}
		}
	}

	/**
	 * Tells of the end of a connection.
	 */
	void disconnected(Named subject, MessageDuct connection, CloseReason reason, int unsent) {
		Event event = (observer, duct) -> observer.disconnected(duct, connection, reason, unsent);
		this.all.forEach((told) -> tell(told, subject, event));
	}

	/**
	 * Tells of a request that has ended.
	 * @param subject the connection over which it went
	 */
	void requestCompleted(Named subject, RequestOutcome outcome, long nanos) {
		for (Told told : this.toldOfRequests) {
			tell(told, subject, (observer, duct) -> observer.requestCompleted(duct, outcome, nanos));
		}
	}

	/**
	 * Tells of the end of the duct, however much waits.
	 */
	void tellClosed() {
		this.all.forEach((told) -> told.queue().offerLast(() -> tellNow(told.observer(), DuctObserver::closed)));
	}

	private void tell(Told told, Object subject, Event event) {
		if (!told.queue().offer(subject, () -> tellNow(told.observer(), event))) {
			dropped(told.observer(), 1);
		}
	}

	private void tellNow(DuctObserver observer, Event event) {
		try {
			event.tell(observer, this.duct);
		}
		catch (RuntimeException | Error ex) {
			failed(observer, ex);
		}
	}

	private void failed(DuctObserver observer, Throwable failure) {
		try {
			this.scope.log()
				.warn("observer-" + failure.getClass().getName(),
						this.scope.subject() + ": observer " + observer + " failed; the duct goes on", failure);
		}
		catch (RuntimeException | Error ex) {
			// Such as too little memory: what comes next matters more.
		}
	}

	private void dropped(DuctObserver observer, int events) {
		this.scope.statistics().eventsDropped.add(events);
		this.scope.log()
			.warn("events-dropped",
					this.scope.subject() + ": observer " + observer + " was not told of " + events + " events, since "
							+ EventQueue.CAPACITY + " waited for it or the duct was closed; what takes it so long?");
	}

	/**
	 * Whether the calling thread is telling an observer.
	 */
	boolean isCurrentThread() {
		return this.all.stream().anyMatch((told) -> told.queue().isCurrentThread());
	}

	/**
	 * Waits until all have been told what they are to know. Events that wait at the
	 * deadline are dropped, but not those for an observer that is waiting itself: it is
	 * told after it has returned.
	 */
	void close(long deadline) {
		for (Told told : this.all) {
			if (told.queue().isCurrentThread()) {
				continue;
			}
			told.queue().awaitIdle(deadline);
			int dropped = told.queue().close();
			if (dropped > 0) {
				dropped(told.observer(), dropped);
			}
		}
	}

	/**
	 * One event.
	 */
	@FunctionalInterface
	interface Event {

		void tell(DuctObserver observer, MessageDuct duct);

	}

}
