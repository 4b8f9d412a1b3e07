package io.ductworks.spring.listener;

import java.util.ArrayList;
import java.util.List;

import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;

import org.springframework.core.retry.RetryPolicy;

/**
 * What stands around the invocations of one listener.
 *
 * @param listener the listener
 * @param all the interceptors in their order
 * @param outer how many of them, from the first one on, stand around what is done about
 * failures
 * @param invoker invokes the method
 * @param failures what becomes of failures
 */
record ListenerInterceptors(RegisteredListener listener, List<DuctListenerInterceptor> all, int outer,
		ListenerInvoker invoker, ListenerFailures failures) {

	/**
	 * What stands around the invocations of a listener.
	 * @param beans the interceptors of the application in their order
	 * @param retry how often it tries again, or {@code null}
	 */
	static ListenerInterceptors of(RegisteredListener listener, List<OrderedBean<DuctListenerInterceptor>> beans,
			@Nullable RetryPolicy retry, ListenerInvoker invoker, ListenerFailures failures) {
		List<DuctListenerInterceptor> all = new ArrayList<>(beans.stream().map(OrderedBean::bean).toList());
		int outer = (int) beans.stream()
			.filter((bean) -> bean.order() < DuctListenerInterceptor.FAILURE_HANDLING_ORDER)
			.count();
		if (retry != null) {
			all.add(outer, new ListenerRetry(retry));
		}
		return new ListenerInterceptors(listener, List.copyOf(all), outer, invoker, failures);
	}

	/**
	 * Tells the interceptors of the listener.
	 */
	void registered() {
		this.all.forEach((interceptor) -> interceptor.registered(this.listener));
	}

	/**
	 * Tells the interceptors that the listener takes no more messages.
	 */
	void unregistered() {
		this.all.forEach((interceptor) -> interceptor.unregistered(this.listener));
	}

	/**
	 * Begins with a message.
	 * @return its way, or {@code null} if nothing stands around the invocation
	 */
	@Nullable Interception begin(MessageDuct from, DuctMessage message) {
		return this.all.isEmpty() ? null : new Interception(this, from, message);
	}

	/**
	 * Handles a failure after the last attempt.
	 * @return the answer
	 * @throws Exception what the duct is to tell the requester and the log
	 */
	@Nullable Object handle(MessageDuct from, DuctMessage message, Exception failure) throws Exception {
		return this.failures.handle(from, message, this.invoker.rejectedByProxy(failure));
	}

	/**
	 * Whether a method may answer by itself, since it has the message.
	 */
	boolean mayAnswerThemselves() {
		return this.invoker.endpoint().mayAnswerItself() || this.failures.mayAnswerThemselves();
	}

}
