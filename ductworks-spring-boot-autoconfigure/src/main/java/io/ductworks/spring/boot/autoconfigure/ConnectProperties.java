package io.ductworks.spring.boot.autoconfigure;

import java.time.Duration;

import io.ductworks.spring.lifecycle.ChildStartup;
import org.jspecify.annotations.Nullable;

/**
 * How a child connects.
 */
class ConnectProperties {

	/**
	 * How long one attempt may take for each address of the host, and again for the
	 * handshake of TLS. Looking up the host's name is not bounded by it.
	 */
	private Duration timeout = Duration.ofSeconds(5);

	/**
	 * What the start of the application makes of a child that is not connected yet: it
	 * continues, waits for a while and then continues, or waits and then fails.
	 */
	private ChildStartup.Policy startup = ChildStartup.Policy.CONTINUE;

	/**
	 * How long the start of the application waits for the connection, unless it
	 * continues.
	 */
	private Duration startupTimeout = Duration.ofSeconds(30);

	/**
	 * Pauses between attempts.
	 */
	private final Retry retry = new Retry();

	public Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(Duration timeout) {
		this.timeout = timeout;
	}

	public ChildStartup.Policy getStartup() {
		return this.startup;
	}

	public void setStartup(ChildStartup.Policy startup) {
		this.startup = startup;
	}

	public Duration getStartupTimeout() {
		return this.startupTimeout;
	}

	public void setStartupTimeout(Duration startupTimeout) {
		this.startupTimeout = startupTimeout;
	}

	public Retry getRetry() {
		return this.retry;
	}

	/**
	 * Pauses between attempts, each a random part of the pause that is set. There is no
	 * limit to the number of attempts.
	 */
	static class Retry {

		/**
		 * Longest pause before the second attempt.
		 */
		private Duration delay = Duration.ofMillis(100);

		/**
		 * What the longest pause is multiplied by to get the next one.
		 */
		private double multiplier = 2;

		/**
		 * Longest pause of all. 10 s over TCP, and 1 s over Unix domain sockets and
		 * in-process, if not set.
		 */
		private @Nullable Duration maxDelay;

		public Duration getDelay() {
			return this.delay;
		}

		public void setDelay(Duration delay) {
			this.delay = delay;
		}

		public double getMultiplier() {
			return this.multiplier;
		}

		public void setMultiplier(double multiplier) {
			this.multiplier = multiplier;
		}

		public @Nullable Duration getMaxDelay() {
			return this.maxDelay;
		}

		public void setMaxDelay(@Nullable Duration maxDelay) {
			this.maxDelay = maxDelay;
		}

	}

}
