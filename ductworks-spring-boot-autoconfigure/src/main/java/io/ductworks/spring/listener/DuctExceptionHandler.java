package io.ductworks.spring.listener;

import io.ductworks.DuctProblemException;
import org.jspecify.annotations.Nullable;

/**
 * Says what requesters are told of exceptions that {@link DuctListener} methods throw, as
 * does any bean of this type, in their order: the first that has a problem for one
 * decides. Asked for what no
 * {@link org.springframework.messaging.handler.annotation.MessageExceptionHandler @MessageExceptionHandler}
 * method takes, and for what these throw, but not for a {@link DuctProblemException},
 * which says that itself. It must be thread-safe.
 */
@FunctionalInterface
public interface DuctExceptionHandler {

	/**
	 * Translates an exception.
	 * @param failure the exception
	 * @return what the requester is told, or {@code null} to leave that to others
	 */
	@Nullable DuctProblemException problem(Exception failure);

}
