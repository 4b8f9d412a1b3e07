package io.ductworks.spring.security;

import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;

/**
 * Says who the peer of a connection is to Spring Security, and what it may do. A bean of
 * this type takes the place of the one that knows of no authorities. Called for each
 * message; it must be thread-safe, and quick.
 */
@FunctionalInterface
public interface DuctAuthenticationConverter {

	/**
	 * Converts a peer.
	 * @param connection the connection, whose {@link MessageDuct#peer() peer} is
	 * {@code null} where the transport does not vouch for one
	 * @return the peer, authenticated, or {@code null} for a listener that runs without
	 * an authentication
	 */
	@Nullable Authentication convert(MessageDuct connection);

}
