package io.ductworks.internal.transport;

import java.io.EOFException;
import java.io.IOException;
import java.security.Principal;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

import org.jspecify.annotations.Nullable;

/**
 * The steps of a handshake of TLS, none of which waits for the peer. For one thread.
 */
final class TlsNegotiation {

	private final ByteConnection socket;

	private final SSLEngine engine;

	private final TlsOutput output;

	private final TlsInput input;

	private boolean begun;

	private @Nullable Principal peer;

	/** What a handshake needs to go on. */
	enum Need {

		/** Bytes from the peer. */
		READABLE,

		/** Room for bytes to the peer. */
		WRITABLE,

		/** Nothing more: it is done. */
		NOTHING

	}

	TlsNegotiation(ByteConnection socket, SSLEngine engine) {
		this.socket = socket;
		this.engine = engine;
		this.output = new TlsOutput(socket, engine);
		this.input = new TlsInput(socket, engine, this.output);
	}

	/**
	 * Does what can be done now, calculations included.
	 * @return what the handshake waits for
	 * @throws IOException if it failed; the peer was told why, if there was room
	 */
	Need goOn() throws IOException {
		try {
			if (!this.begun) {
				this.begun = true;
				this.engine.beginHandshake();
			}
			Need need;
			do {
				need = step();
			}
			while (need == null);
			return need;
		}
		catch (SSLException ex) {
			tellWhy();
			throw ex;
		}
	}

	/**
	 * Does one step.
	 * @return what the handshake waits for, or {@code null} if it can go on
	 */
	private @Nullable Need step() throws IOException {
		switch (this.engine.getHandshakeStatus()) {
			case NEED_TASK -> TlsOutput.runTasks(this.engine);
			case NEED_WRAP -> {
				if (!this.output.wrap()) {
					return Need.WRITABLE;
				}
			}
			case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
				if (!this.output.flush()) {
					return Need.WRITABLE;
				}
				if (!this.input.unwrap()) {
					return Need.READABLE;
				}
				if (this.input.isEndReceived()) {
					throw new EOFException("the peer ended the TLS handshake");
				}
			}
			default -> {
				if (!this.output.flush()) {
					return Need.WRITABLE;
				}
				established();
				return Need.NOTHING;
			}
		}
		return null;
	}

	private void established() throws SSLException {
		try {
			// JSSE accepts one that is trusted by itself even if it has expired.
			((X509Certificate) this.engine.getSession().getPeerCertificates()[0]).checkValidity();
			this.peer = this.engine.getSession().getPeerPrincipal();
		}
		catch (SSLPeerUnverifiedException ex) {
			// A child without a certificate, where none is needed.
		}
		catch (CertificateException ex) {
			throw new SSLException("the peer's certificate is not valid now: " + ex.getMessage(), ex);
		}
		this.input.established();
	}

	private void tellWhy() {
		try {
			this.output.answer();
		}
		catch (IOException ex) {
			// The failure itself says more.
		}
	}

	/**
	 * Gives the connection that TLS protects, once the handshake needs nothing more.
	 */
	TlsConnection connection() {
		return new TlsConnection(this.socket, this.input, this.output, this.peer);
	}

}
