package io.ductworks;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
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

	/** How far below the native method that waits its caller may be found. */
	private static final int DEPTH = 4;

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

	/**
	 * Whether the thread is in the native method that waits, or is on its way out of it.
	 * A method on the stack that only bears the name of one that waits does not count:
	 * its caller may not have begun to wait.
	 */
	boolean isWaiting() {
		StackTraceElement[] stack = this.thread.getStackTrace();
		List<StackTraceElement> top = Arrays.asList(stack).subList(0, Math.min(DEPTH, stack.length));
		return !top.isEmpty() && top.get(0).isNativeMethod() && top.stream().anyMatch(Caller::waits)
				&& top.stream().noneMatch(Caller::looksOnly);
	}

	private static boolean waits(StackTraceElement frame) {
		String method = frame.getMethodName();
		return switch (frame.getClassName()) {
			case "java.util.concurrent.locks.LockSupport" -> method.startsWith("park");
			case "java.lang.Object" -> method.startsWith("wait");
			default -> isSelector(frame) && method.equals("doSelect");
		};
	}

	private static boolean looksOnly(StackTraceElement frame) {
		return isSelector(frame) && frame.getMethodName().equals("selectNow");
	}

	private static boolean isSelector(StackTraceElement frame) {
		return frame.getClassName().startsWith("sun.nio.ch.") && frame.getClassName().endsWith("SelectorImpl");
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
