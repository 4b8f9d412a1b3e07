package io.ductworks.spring.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * TLS over TCP.
 */
class SslProperties {

	/**
	 * Name of the SSL bundle to speak TLS with over TCP. No TLS if not set.
	 */
	private @Nullable String bundle;

	/**
	 * Whether a parent needs a certificate of each child, wants one, or asks for none.
	 */
	private ClientAuth clientAuth = ClientAuth.NEED;

	public @Nullable String getBundle() {
		return this.bundle;
	}

	public void setBundle(@Nullable String bundle) {
		this.bundle = bundle;
	}

	public ClientAuth getClientAuth() {
		return this.clientAuth;
	}

	public void setClientAuth(ClientAuth clientAuth) {
		this.clientAuth = clientAuth;
	}

	/** What a parent makes of the certificates of children. */
	enum ClientAuth {

		/** It asks for none. */
		NONE,

		/** It takes children with a certificate that is trusted, and those without. */
		WANT,

		/** It takes only children with a certificate that is trusted. */
		NEED

	}

}
