package io.ductworks.message;

import java.lang.reflect.Method;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import io.ductworks.internal.loop.SparingLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Tells observers what happened, one event after the other, on a thread of its own for as
 * long as there are events.
 */
final class Notifier {

	private final SparingLog log = new SparingLog(LoggerFactory.getLogger(Notifier.class));

	private final List<DuctObserver> observers;

	private final List<DuctObserver> requestObservers;

	private final Executor executor;

	private final Queue<Runnable> events = new ArrayDeque<>();

	private @Nullable Thread running;

	private boolean scheduled;

	Notifier(List<DuctObserver> observers, Executor executor) {
		this.observers = observers;
		this.requestObservers = observers.stream().filter(Notifier::observesRequests).toList();
		this.executor = executor;
	}

	/**
	 * Requests are many: observers that left the method as it is shall not cost a thread.
	 */
	private static boolean observesRequests(DuctObserver observer) {
		return Arrays.stream(observer.getClass().getMethods())
			.filter((method) -> method.getName().equals("requestCompleted"))
			.map(Method::getDeclaringClass)
			.anyMatch((declaring) -> declaring != DuctObserver.class);
	}

	void notify(Consumer<DuctObserver> event) {
		notify(event, () -> {
		});
	}

	/**
	 * Tells all observers, then runs something, failures notwithstanding.
	 */
	void notify(Consumer<DuctObserver> event, Runnable afterwards) {
		if (this.observers.isEmpty()) {
			afterwards.run();
			return;
		}
		enqueue(() -> {
			try {
				this.observers.forEach((observer) -> tell(observer, event));
			}
			finally {
				afterwards.run();
			}
		});
	}

	void requestCompleted(MessageDuct duct, RequestOutcome outcome, long nanos) {
		if (!this.requestObservers.isEmpty()) {
			enqueue(() -> this.requestObservers
				.forEach((observer) -> tell(observer, (target) -> target.requestCompleted(duct, outcome, nanos))));
		}
	}

	/**
	 * Runs something once observers know of all that happened until now.
	 */
	void afterwards(Runnable action) {
		enqueue(action);
	}

	private void tell(DuctObserver observer, Consumer<DuctObserver> event) {
		try {
			event.accept(observer);
		}
		catch (RuntimeException | Error ex) {
			warn("Observer", observer, ex);
		}
	}

	private void warn(String what, Object which, Throwable failure) {
		try {
			this.log.warn(failure.getClass().getName(), what + " " + which + " failed; the duct goes on", failure);
		}
		catch (RuntimeException | Error ex) {
			// Such as too little memory: what comes next matters more.
		}
	}

	private void enqueue(Runnable event) {
		synchronized (this) {
			this.events.add(event);
			if (this.scheduled) {
				return;
			}
			this.scheduled = true;
		}
		try {
			this.executor.execute(this::drain);
		}
		catch (RejectedExecutionException ex) {
			// The duct is closed and its threads are gone: the last events come from
			// here.
			drain();
		}
		catch (RuntimeException | Error ex) {
			// The next event takes this one along.
			synchronized (this) {
				this.scheduled = false;
			}
			throw ex;
		}
	}

	private void drain() {
		Runnable event;
		while ((event = next()) != null) {
			try {
				event.run();
			}
			catch (RuntimeException | Error ex) {
				warn("What follows", "an event", ex);
			}
		}
	}

	private synchronized @Nullable Runnable next() {
		Runnable event = this.events.poll();
		this.scheduled = event != null;
		this.running = (event != null) ? Thread.currentThread() : null;
		return event;
	}

	/**
	 * Whether the calling thread is telling an observer.
	 */
	synchronized boolean isCurrentThread() {
		return this.running == Thread.currentThread();
	}

}
