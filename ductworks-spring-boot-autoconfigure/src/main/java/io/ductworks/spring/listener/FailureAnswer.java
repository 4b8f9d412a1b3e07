package io.ductworks.spring.listener;

import java.util.List;

import io.ductworks.DuctProblemException;
import io.ductworks.MessageCodecException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * What the requester is told of a failure. It is what the duct is thrown, which tells the
 * requester and the log.
 *
 * @param handlers say it of exceptions of the application's own, in their order
 */
record FailureAnswer(List<DuctExceptionHandler> handlers) {

	private static final boolean HAS_WEB = ClassUtils.isPresent("org.springframework.web.ErrorResponse",
			FailureAnswer.class.getClassLoader());

	/**
	 * Whether a failure is what the listener means to say, or what comes of the message:
	 * another attempt would end likewise.
	 */
	static boolean isMeant(Exception failure) {
		DuctProblemException problem = (failure instanceof DuctProblemException own) ? own : ofHttp(failure);
		return (problem != null) ? problem.status() < 500
				: failure instanceof MessageCodecException || failure instanceof InterruptedException;
	}

	/**
	 * The exception that says what the requester is told.
	 * @param failure what the listener has failed with
	 * @return a {@link DuctProblemException} if the requester is told something of its
	 * own, else the failure itself
	 */
	Exception of(Exception failure) {
		if (failure instanceof DuctProblemException) {
			return failure;
		}
		DuctProblemException problem = translated(failure);
		if (problem == null) {
			return failure;
		}
		if (problem.getCause() == null) {
			problem.initCause(failure);
		}
		return problem;
	}

	private @Nullable DuctProblemException translated(Exception failure) {
		for (DuctExceptionHandler handler : this.handlers) {
			DuctProblemException problem = handler.problem(failure);
			if (problem != null) {
				return problem;
			}
		}
		return ofHttp(failure);
	}

	/**
	 * What an exception says to HTTP, it says to a requester too.
	 */
	private static @Nullable DuctProblemException ofHttp(Exception failure) {
		return HAS_WEB ? ErrorResponses.problem(failure) : null;
	}

}
