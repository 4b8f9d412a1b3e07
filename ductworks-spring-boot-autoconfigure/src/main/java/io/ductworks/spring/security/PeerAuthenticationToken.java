package io.ductworks.spring.security;

import java.security.Principal;
import java.util.Collection;

import org.jspecify.annotations.Nullable;

import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.GrantedAuthority;

/**
 * The peer of a connection, which its transport has authenticated: by the certificate of
 * TLS, or by the operating system with a Unix domain socket. Immutable but for its
 * details.
 */
public final class PeerAuthenticationToken extends AbstractAuthenticationToken {

	private static final long serialVersionUID = 1L;

	private final transient Principal peer;

	/**
	 * Creates the authentication of a peer.
	 * @param peer who it is
	 * @param authorities what it may do
	 */
	public PeerAuthenticationToken(Principal peer, Collection<? extends GrantedAuthority> authorities) {
		super(authorities);
		this.peer = peer;
		setAuthenticated(true);
	}

	/**
	 * There are none to see.
	 * @return {@code null}
	 */
	@Override
	public @Nullable Object getCredentials() {
		return null;
	}

	/**
	 * The peer.
	 * @return who it is, such as an {@code X500Principal} with TLS
	 */
	@Override
	public Principal getPrincipal() {
		return this.peer;
	}

}
