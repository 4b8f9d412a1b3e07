package io.ductworks.spring.listener;

import java.util.List;

import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of the failures of one listener: they are recovered from, or handled by a
 * method, or told the requester. Thread-safe.
 *
 * @param listener the listener
 * @param recoverer recovers from them, or {@code null}
 * @param handlers the beans with methods that handle them, in the order that they are
 * asked
 * @param answer what the requester is told of the others
 */
record ListenerFailures(RegisteredListener listener, @Nullable DuctRecoverer recoverer,
		List<ExceptionHandlers> handlers, FailureAnswer answer) {

	private static final Logger logger = LoggerFactory.getLogger(ListenerFailures.class);

	/**
	 * Handles a failure after the last attempt.
	 * @return the answer
	 * @throws Exception what the duct is to tell the requester and the log
	 */
	@Nullable Object handle(MessageDuct from, DuctMessage message, Exception failure) throws Exception {
		Exception left = failure;
		if (this.recoverer != null && !FailureAnswer.isMeant(failure)) {
			try {
				Object answer = this.recoverer.recover(this.listener, message, failure);
				logger.debug("A failure of listener {} was recovered from", this.listener.id(), failure);
				return answer;
			}
			catch (Exception ex) {
				left = inPlaceOf(failure, ex);
			}
		}
		ExceptionHandlerMethod method = method(left);
		if (method != null) {
			try {
				Object answer = method.invoke(this.listener.duct(), from, message, left);
				logger.debug("A failure of listener {} was handled by {}", this.listener.id(), method.describe(), left);
				return answer;
			}
			catch (Exception ex) {
				left = inPlaceOf(left, ex);
			}
		}
		throw this.answer.of(left);
	}

	/**
	 * What was thrown in place of a failure lets the log tell of that too.
	 */
	private static Exception inPlaceOf(Exception failure, Exception thrown) {
		if (thrown != failure && thrown.getCause() != failure) {
			thrown.addSuppressed(failure);
		}
		return thrown;
	}

	private @Nullable ExceptionHandlerMethod method(Exception failure) {
		for (ExceptionHandlers bean : this.handlers) {
			ExceptionHandlerMethod method = bean.find(failure);
			if (method != null) {
				return method;
			}
		}
		return null;
	}

	/**
	 * Whether a method that handles failures may answer by itself, since it has the
	 * message.
	 */
	boolean mayAnswerThemselves() {
		return this.handlers.stream().anyMatch(ExceptionHandlers::takeTheMessage);
	}

}
