package io.ductworks.message;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Tells the observers of an open duct what happens: each of them one event after the
 * other, on a thread for as long as there are events, so that one that takes its time
 * holds up no other. Thread-safe.
 */
final class Observers {

	/** How many events may wait for one observer; more are dropped. */
	static final int CAPACITY = 10_000;

	private final MessageDuct duct;

	private final DuctScope scope;

	private final List<Told> all;

	private final List<Told> toldOfRequests;

	Observers(MessageDuct duct, DuctScope scope, Executor threads) {
		this.duct = duct;
		this.scope = scope;
		this.all = scope.options()
			.observers()
			.stream()
			.map((observer) -> new Told(observer, new TaskQueue(threads, 1)))
			.toList();
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
	private record Told(DuctObserver observer, TaskQueue queue) {
	}

	void tell(Event event) {
		this.all.forEach((told) -> tell(told, event, CAPACITY, () -> {
		}));
	}

	/**
	 * Tells all, then runs something, failures notwithstanding.
	 */
	void tell(Event event, Runnable afterwards) {
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
		this.all.forEach((observer) -> tell(observer, event, CAPACITY, told));
	}

	/**
	 * Tells of the end of the duct, however much waits.
	 */
	void tellClosed() {
		this.all.forEach((told) -> tell(told, DuctObserver::closed, Integer.MAX_VALUE, told.queue()::close));
	}

	void requestCompleted(RequestOutcome outcome, long nanos) {
		for (Told told : this.toldOfRequests) {
			tell(told, (observer, duct) -> observer.requestCompleted(duct, outcome, nanos), CAPACITY, () -> {
			});
		}
	}

	private void tell(Told told, Event event, int capacity, Runnable afterwards) {
		boolean queued = told.queue().offer(() -> {
			try {
				event.tell(told.observer(), this.duct);
			}
			catch (RuntimeException | Error ex) {
				failed(told.observer(), ex);
			}
			finally {
				afterwards.run();
			}
		}, capacity);
		if (!queued) {
			dropped(told.observer(), 1);
			afterwards.run();
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
			.warn("events-dropped", this.scope.subject() + ": observer " + observer + " was not told of " + events
					+ " events, since " + CAPACITY + " waited for it or the duct was closed; what takes it so long?");
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
