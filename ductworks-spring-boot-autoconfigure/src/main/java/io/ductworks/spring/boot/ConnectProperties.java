package io.ductworks.spring.boot;

import java.time.Duration;

/**
 * How a child connects.
 */
class ConnectProperties {

	/**
	 * How long one attempt may take.
	 */
	private Duration timeout = Duration.ofSeconds(5);

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

	public Retry getRetry() {
		return this.retry;
	}

	/** Pauses between attempts. There is no limit to their number. */
	static class Retry {

		/**
		 * Pause before the second attempt.
		 */
		private Duration delay = Duration.ofMillis(100);

		/**
		 * What each pause is multiplied by to get the next one.
		 */
		private double multiplier = 2;

		/**
		 * Longest pause.
		 */
		private Duration maxDelay = Duration.ofSeconds(10);

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

		public Duration getMaxDelay() {
			return this.maxDelay;
		}

		public void setMaxDelay(Duration maxDelay) {
			this.maxDelay = maxDelay;
		}

	}

}
