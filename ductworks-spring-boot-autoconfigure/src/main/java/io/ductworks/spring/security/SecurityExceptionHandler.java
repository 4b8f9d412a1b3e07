package io.ductworks.spring.security;

import io.ductworks.DuctProblemException;
import io.ductworks.spring.listener.DuctExceptionHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;

/**
 * Tells a requester that it may not: with status 403, or 401 where it is not known who it
 * is. Thread-safe.
 */
public final class SecurityExceptionHandler implements DuctExceptionHandler {

	/**
	 * Creates a handler.
	 */
	public SecurityExceptionHandler() {
	}

	@Override
	public @Nullable DuctProblemException problem(Exception failure) {
		if (failure instanceof AccessDeniedException) {
			return new DuctProblemException(403, "Access denied");
		}
		return (failure instanceof AuthenticationException) ? new DuctProblemException(401, "Not authenticated") : null;
	}

}
