package io.ductworks;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

/**
 * One call on a thread of its own.
 *
 * @param <T> the type of its result
 */
public final class Caller<T> {

	/** How deep below the top of the stack a wait begins: above it is the JDK's own. */
	private static final int DEPTH = 6;

	private static final Map<String, Set<String>> WAITS = Map.of("java.util.concurrent.locks.LockSupport",
			Set.of("park", "parkNanos", "parkUntil"), "java.lang.Object", Set.of("wait", "wait0"), "java.lang.Thread",
			Set.of("join"), "sun.nio.ch.SelectorImpl", Set.of("lockAndDoSelect"));

	private final FutureTask<T> task;

	private final Thread thread;

	private volatile boolean interruptedAtEnd;

	private Caller(Callable<T> call, boolean interrupted) {
		this.task = new FutureTask<>(() -> {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
			try {
				return call.call();
			}
			finally {
				this.interruptedAtEnd = Thread.interrupted();
			}
		});
		this.thread = new Thread(this.task, "caller");
		this.thread.start();
	}

	public static <T> Caller<T> of(Callable<T> call) {
		return new Caller<>(call, false);
	}

	public static Caller<Void> running(Runnable call) {
		return of(callable(call));
	}

	/**
	 * A call by a thread that is interrupted already.
	 */
	public static <T> Caller<T> interrupted(Callable<T> call) {
		return new Caller<>(call, true);
	}

	public static Callable<Void> callable(Runnable call) {
		return () -> {
			call.run();
			return null;
		};
	}

	/**
	 * Waits until the call waits for something.
	 */
	public Caller<T> awaitWaiting() {
		await().pollInterval(Duration.ofMillis(5)).until(() -> this.task.isDone() || isWaiting());
		return this;
	}

	private boolean isWaiting() {
		return Arrays.stream(this.thread.getStackTrace())
			.limit(DEPTH)
			.anyMatch((call) -> WAITS.getOrDefault(call.getClassName(), Set.of()).contains(call.getMethodName()));
	}

	public void interrupt() {
		this.thread.interrupt();
	}

	public void unpark() {
		LockSupport.unpark(this.thread);
	}

	public boolean isDone() {
		return this.task.isDone();
	}

	/**
	 * The processor time that the call has taken until now.
	 */
	public Duration processorTime() {
		return Duration.ofNanos(ManagementFactory.getThreadMXBean().getThreadCpuTime(this.thread.getId()));
	}

	public boolean interruptedAtEnd() {
		return this.interruptedAtEnd;
	}

	public T result() throws Exception {
		return result(Duration.ofSeconds(20));
	}

	public T result(Duration timeout) throws Exception {
		try {
			return this.task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Exception failure) {
				throw failure;
			}
			throw ex;
		}
	}

	/**
	 * What the call failed with, in a moment.
	 */
	public Throwable failure() {
		try {
			T result = this.task.get(5, TimeUnit.SECONDS);
			return fail("returned " + result);
		}
		catch (ExecutionException ex) {
			return ex.getCause();
		}
		catch (InterruptedException | TimeoutException ex) {
			return fail("not ended within 5 seconds", ex);
		}
	}

}
