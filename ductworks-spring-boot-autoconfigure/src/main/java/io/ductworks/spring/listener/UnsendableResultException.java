package io.ductworks.spring.listener;

import io.ductworks.DuctProblemException;

/**
 * A listener has returned what is no answer, which its signature did not tell. The log is
 * told more of it than the sender.
 */
final class UnsendableResultException extends DuctProblemException {

	private static final long serialVersionUID = 1L;

	/** What the log is told. */
	private final String message;

	UnsendableResultException(ListenerEndpoint endpoint, Object result, WrappedResult wrapped) {
		super(500, "The reply cannot be sent");
		this.message = "listener " + endpoint.id() + " returned a " + result.getClass().getName() + ", and "
				+ wrapped.why() + ". " + wrapped.remedy();
	}

	@Override
	public String getMessage() {
		return this.message;
	}

}
