package io.ductworks.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a script for each connection, and knows what has come of it.
 */
final class Scripts {

	private final PeerScript script;

	private final String address;

	private final List<Run> runs = new ArrayList<>();

	/** What {@link #verify} has not told yet. */
	private final List<AssertionError> failures = new ArrayList<>();

	private boolean stopped;

	Scripts(PeerScript script, String address) {
		this.script = script;
		this.address = address;
	}

	synchronized void start(Exchange exchange) {
		if (!this.stopped) {
			Run run = new Run(exchange);
			this.runs.add(run);
			run.thread.start();
			notifyAll();
		}
	}

	synchronized void failed(AssertionError failure) {
		if (!this.stopped) {
			this.failures.add(failure);
			notifyAll();
		}
	}

	/**
	 * Waits until so many connections have come and all scripts have ended.
	 */
	synchronized void verify(int connections, Deadline deadline) {
		try {
			boolean ended = deadline.await(this, () -> !this.failures.isEmpty()
					|| this.runs.size() >= connections && this.runs.stream().allMatch((run) -> run.ended));
			rethrow();
			if (!ended) {
				throw new AssertionError(unfinished(connections, deadline));
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for the scripts", ex);
		}
	}

	private String unfinished(int connections, Deadline deadline) {
		List<String> places = this.runs.stream()
			.filter((run) -> !run.ended)
			.map((run) -> run.exchange.place())
			.toList();
		return places.isEmpty()
				? "Of " + connections + " connections to " + this.address + ", " + this.runs.size() + " have come "
						+ deadline
				: "The script at " + this.address + " has not ended " + deadline + ": " + String.join("; ", places);
	}

	/**
	 * Throws the first failure that nobody knows of, with the others suppressed.
	 */
	synchronized void rethrow() {
		if (!this.failures.isEmpty()) {
			AssertionError first = this.failures.get(0);
			this.failures.stream().skip(1).forEach(first::addSuppressed);
			this.failures.clear();
			throw first;
		}
	}

	/**
	 * From now on, scripts neither start nor fail.
	 */
	synchronized void stop() {
		this.stopped = true;
		this.runs.forEach((run) -> run.thread.interrupt());
	}

	synchronized List<Thread> threads() {
		return this.runs.stream().map((run) -> run.thread).toList();
	}

	/**
	 * The script on one connection.
	 */
	private final class Run {

		private final Exchange exchange;

		private final Thread thread;

		private boolean ended;

		Run(Exchange exchange) {
			this.exchange = exchange;
			this.thread = new Thread(this::run, "duct-peer-script-" + exchange.number());
			this.thread.setDaemon(true);
		}

		private void run() {
			try {
				Scripts.this.script.run(new PeerConnection(() -> this.exchange));
			}
			catch (Throwable ex) {
				failed(new AssertionError(
						"The script at " + Scripts.this.address + " has failed: " + this.exchange.describe(ex), ex));
				close();
			}
			finally {
				synchronized (Scripts.this) {
					this.ended = true;
					Scripts.this.notifyAll();
				}
			}
		}

		private void close() {
			try {
				this.exchange.close();
			}
			catch (IOException ex) {
				// The script's failure says more.
			}
		}

	}

}
