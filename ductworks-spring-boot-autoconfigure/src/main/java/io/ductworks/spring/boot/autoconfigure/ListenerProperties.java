package io.ductworks.spring.boot.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.boot.retry.RetryPolicySettings;
import org.springframework.core.retry.RetryPolicy;

/**
 * What the listeners of a duct do when they fail.
 */
class ListenerProperties {

	/**
	 * Further attempts.
	 */
	private final Retry retry = new Retry();

	public Retry getRetry() {
		return this.retry;
	}

	/**
	 * Further attempts, on the same thread. Messages that cannot be read or are not valid
	 * have none, nor have problems of a status below 500 and results that come later.
	 */
	static class Retry {

		/**
		 * How often a listener that has failed on a message tries again.
		 */
		private int maxRetries;

		/**
		 * Pause before the next attempt, the first of them if there is a multiplier.
		 */
		private Duration delay = Duration.ofSeconds(1);

		/**
		 * By how much a pause may be longer or shorter, by chance, but not shorter than
		 * the delay.
		 */
		private @Nullable Duration jitter;

		/**
		 * What a pause is multiplied by to get the next one.
		 */
		private double multiplier = 1;

		/**
		 * Longest pause of all. There is none if not set.
		 */
		private @Nullable Duration maxDelay;

		/**
		 * When to try again.
		 * @return {@code null} for never
		 */
		@Nullable RetryPolicy policy() {
			if (this.maxRetries == 0) {
				return null;
			}
			PropertyMapper map = PropertyMapper.get();
			RetryPolicySettings settings = new RetryPolicySettings();
			map.from((long) this.maxRetries).to(settings::setMaxRetries);
			map.from(this.delay).to(settings::setDelay);
			map.from(this.jitter).to(settings::setJitter);
			map.from(this.multiplier).to(settings::setMultiplier);
			map.from(this.maxDelay).to(settings::setMaxDelay);
			return settings.createRetryPolicy();
		}

		public int getMaxRetries() {
			return this.maxRetries;
		}

		public void setMaxRetries(int maxRetries) {
			this.maxRetries = maxRetries;
		}

		public Duration getDelay() {
			return this.delay;
		}

		public void setDelay(Duration delay) {
			this.delay = delay;
		}

		public @Nullable Duration getJitter() {
			return this.jitter;
		}

		public void setJitter(@Nullable Duration jitter) {
			this.jitter = jitter;
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
