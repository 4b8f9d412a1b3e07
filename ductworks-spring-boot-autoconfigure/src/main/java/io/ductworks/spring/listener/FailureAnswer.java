package io.ductworks.spring.listener;

import java.util.List;

import io.ductworks.DuctProblemException;

import org.springframework.util.ClassUtils;

/**
 * What the requester is told of a failure. It is what the duct is thrown, which tells the
 * requester and the log.
 */
final class FailureAnswer {

	private static final boolean HAS_WEB = ClassUtils.isPresent("org.springframework.web.ErrorResponse",
			FailureAnswer.class.getClassLoader());

	private static final boolean VALIDATES = ClassUtils.isPresent("jakarta.validation.ConstraintViolationException",
			FailureAnswer.class.getClassLoader());

	private FailureAnswer() {
	}

	/**
	 * The exception that says what the requester is told.
	 * @param endpoint the listener
	 * @param failure what its invocation has failed with
	 * @return a {@link DuctProblemException} if the requester is told something of its
	 * own, else the failure itself
	 */
	static Exception of(ListenerEndpoint endpoint, Exception failure) {
		if (failure instanceof DuctProblemException) {
			return failure;
		}
		if (VALIDATES && failure instanceof RuntimeException unchecked) {
			List<Violation> violations = ArgumentValidation.violations(unchecked, endpoint.method().getMethod());
			if (violations != null) {
				return RejectedMessageException.notValid(endpoint, violations);
			}
		}
		return translated(failure);
	}

	/**
	 * What an exception says to HTTP, it says to a requester too.
	 */
	private static Exception translated(Exception failure) {
		DuctProblemException problem = HAS_WEB ? ErrorResponses.problem(failure) : null;
		if (problem == null) {
			return failure;
		}
		problem.initCause(failure);
		return problem;
	}

}
