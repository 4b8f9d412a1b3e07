package io.ductworks.spring.listener;

import java.time.Duration;

import io.ductworks.message.DuctMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryListener;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryState;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.core.retry.Retryable;
import org.springframework.util.backoff.BackOff;

/**
 * Tries again when a listener has failed, as its duct has it: on the same thread, which
 * waits in between. Thread-safe.
 *
 * @param policy how often, and after which pauses
 */
record ListenerRetry(RetryPolicy policy) implements DuctListenerInterceptor {

	private static final Logger logger = LoggerFactory.getLogger(ListenerRetry.class);

	@Override
	public @Nullable Object around(ListenerInvocation invocation) throws Exception {
		RetryTemplate template = new RetryTemplate(new WhileAwaited(this.policy, invocation.message()));
		template.setRetryListener(new Attempts(invocation));
		try {
			return template.execute(new Attempt(invocation));
		}
		catch (RetryException ex) {
			Throwable last = ex.getLastException();
			if (last instanceof Error error) {
				throw error;
			}
			throw (last instanceof Exception failure) ? failure : ex;
		}
	}

	/**
	 * One attempt.
	 */
	private record Attempt(ListenerInvocation invocation) implements Retryable<@Nullable Object> {

		@Override
		public @Nullable Object execute() throws Throwable {
			return this.invocation.proceed();
		}

		@Override
		public String getName() {
			return this.invocation.listener().id();
		}

	}

	/**
	 * Tries again only if that may help, and somebody may still wait for it.
	 */
	private record WhileAwaited(RetryPolicy policy, DuctMessage message) implements RetryPolicy {

		@Override
		public boolean shouldRetry(Throwable failure) {
			return failure instanceof Exception ex && !FailureAnswer.isMeant(ex) && isAwaited()
					&& this.policy.shouldRetry(failure);
		}

		private boolean isAwaited() {
			return !this.message.isRequest() || this.message.isAwaited();
		}

		@Override
		public BackOff getBackOff() {
			return this.policy.getBackOff();
		}

		@Override
		public Duration getTimeout() {
			return this.policy.getTimeout();
		}

	}

	/**
	 * Logs the attempts that are not the last one.
	 */
	private record Attempts(ListenerInvocation invocation) implements RetryListener {

		@Override
		public void beforeRetry(RetryPolicy policy, Retryable<?> retryable, RetryState state) {
			logger.debug("Listener {} failed on a message of {} bytes in attempt {}, and tries again",
					this.invocation.listener().id(), this.invocation.message().size(), state.getRetryCount(),
					state.getLastException());
		}

	}

}
