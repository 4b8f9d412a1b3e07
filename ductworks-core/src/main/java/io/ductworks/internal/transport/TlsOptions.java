package io.ductworks.internal.transport;

import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

import io.ductworks.transport.DuctAddress;

/**
 * How TLS is spoken over TCP. Where the parameters say nothing it is TLS 1.3 alone, and a
 * child checks that the parent's certificate is for the host that it connects to.
 * Immutable: what becomes of the parameters afterwards does not matter.
 */
public final class TlsOptions {

	private static final String[] PROTOCOLS = { "TLSv1.3" };

	/** The rules for host names of RFC 2818. */
	private static final String HOST_NAMES = "HTTPS";

	private final Supplier<SSLContext> context;

	private final SSLParameters parameters;

	/**
	 * Creates the options.
	 * @param context gives the context for each new connection, so that a new certificate
	 * is used from then on; called by several threads
	 * @param parameters the parameters of each connection, which are copied
	 */
	public TlsOptions(Supplier<SSLContext> context, SSLParameters parameters) {
		this.context = context;
		this.parameters = SslParametersCopy.of(parameters);
	}

	SSLEngine childEngine(DuctAddress.Tcp address) {
		SSLEngine engine = this.context.get().createSSLEngine(address.host(), address.port());
		engine.setUseClientMode(true);
		SSLParameters parameters = apply(engine);
		if (parameters.getEndpointIdentificationAlgorithm() == null) {
			// JSSE checks no host name unless told to.
			SSLParameters complete = engine.getSSLParameters();
			complete.setEndpointIdentificationAlgorithm(HOST_NAMES);
			engine.setSSLParameters(complete);
		}
		return engine;
	}

	SSLEngine parentEngine() {
		SSLEngine engine = this.context.get().createSSLEngine();
		engine.setUseClientMode(false);
		apply(engine);
		return engine;
	}

	private SSLParameters apply(SSLEngine engine) {
		// An engine of another provider than the JDK may keep what it is given.
		SSLParameters parameters = SslParametersCopy.of(this.parameters);
		engine.setSSLParameters(parameters);
		if (parameters.getProtocols() == null) {
			engine.setEnabledProtocols(PROTOCOLS);
		}
		return parameters;
	}

}
