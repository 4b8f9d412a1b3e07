package io.ductworks.internal.transport;

import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

import io.ductworks.transport.DuctAddress;

/**
 * How TLS is spoken over TCP. Where the parameters say nothing it is TLS 1.3 alone, and a
 * child checks that the parent's certificate is for the host that it connects to.
 *
 * @param context gives the context for each new connection, so that a new certificate is
 * used from then on; called by several threads
 * @param parameters the parameters of each connection
 */
public record TlsOptions(Supplier<SSLContext> context, SSLParameters parameters) {

	private static final String[] PROTOCOLS = { "TLSv1.3" };

	/** The rules for host names of RFC 2818. */
	private static final String HOST_NAMES = "HTTPS";

	SSLEngine childEngine(DuctAddress.Tcp address) {
		SSLEngine engine = this.context.get().createSSLEngine(address.host(), address.port());
		engine.setUseClientMode(true);
		apply(engine);
		if (this.parameters.getEndpointIdentificationAlgorithm() == null) {
			// JSSE checks no host name unless told to.
			SSLParameters parameters = engine.getSSLParameters();
			parameters.setEndpointIdentificationAlgorithm(HOST_NAMES);
			engine.setSSLParameters(parameters);
		}
		return engine;
	}

	SSLEngine parentEngine() {
		SSLEngine engine = this.context.get().createSSLEngine();
		engine.setUseClientMode(false);
		apply(engine);
		return engine;
	}

	private void apply(SSLEngine engine) {
		engine.setSSLParameters(this.parameters);
		if (this.parameters.getProtocols() == null) {
			engine.setEnabledProtocols(PROTOCOLS);
		}
	}

}
