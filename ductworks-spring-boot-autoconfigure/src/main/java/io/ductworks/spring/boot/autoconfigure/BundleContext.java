package io.ductworks.spring.boot.autoconfigure;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;

import io.ductworks.spring.lifecycle.CertificateReloads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;

/**
 * The TLS context of an SSL bundle: the latest that could be made of it, so that new
 * connections use new certificates at once, and a broken reload stops nothing.
 */
final class BundleContext implements Supplier<SSLContext> {

	private static final Logger logger = LoggerFactory.getLogger(BundleContext.class);

	private static final int SECONDS_WITHOUT_TICKETS = Math.toIntExact(TimeUnit.DAYS.toSeconds(8));

	private final String duct;

	private final String name;

	private final SslBundle bundle;

	private final CertificateReloads reloads;

	private volatile SSLContext context;

	/**
	 * Follows a bundle from now on.
	 * @throws org.springframework.boot.ssl.NoSuchSslBundleException if there is no such
	 * bundle
	 */
	BundleContext(String duct, String name, SslBundles bundles, CertificateReloads reloads) {
		this.duct = duct;
		this.name = name;
		this.reloads = reloads;
		this.bundle = bundles.getBundle(name);
		this.context = context(this.bundle);
		bundles.addBundleUpdateHandler(name, this::update);
	}

	/**
	 * For a parent that takes every child whose certificate is trusted.
	 */
	void warnIfAnybodyIsTrusted() {
		if (this.bundle.getStores().getTrustStore() == null) {
			logger.warn(
					"Duct '{}' takes any child with a certificate of a public authority, since the SSL bundle '{}' has "
							+ "no truststore; add one, or set allowed-subjects",
					this.duct, this.name);
		}
	}

	/**
	 * Makes a context for this duct alone, which sends no tickets to resume sessions
	 * with: they come behind the handshake, unread by a child that only sends, and unread
	 * bytes make the system throw away what that child has sent when it closes. JSSE
	 * leaves tickets out if a session lasts longer than seven days, which is how long RFC
	 * 8446 lets one live.
	 */
	private static SSLContext context(SslBundle bundle) {
		SSLContext context = bundle.createSslContext();
		SSLSessionContext sessions = context.getServerSessionContext();
		if (sessions != null) {
			sessions.setSessionTimeout(SECONDS_WITHOUT_TICKETS);
		}
		return context;
	}

	private void update(SslBundle bundle) {
		try {
			this.context = context(bundle);
			this.reloads.succeeded(this.duct);
			logger.info("Duct '{}' has the new certificates of the SSL bundle '{}' for new connections", this.duct,
					this.name);
		}
		catch (RuntimeException ex) {
			this.reloads.failed(this.duct, ex);
			logger.warn("Duct '{}' keeps its certificates, the new ones of the SSL bundle '{}' cannot be used",
					this.duct, this.name, ex);
		}
	}

	@Override
	public SSLContext get() {
		return this.context;
	}

	/**
	 * The parameters that the bundle and the duct ask for.
	 */
	SSLParameters parameters(SslProperties.ClientAuth clientAuth) {
		SSLParameters parameters = new SSLParameters();
		SslOptions options = this.bundle.getOptions();
		if (options.getEnabledProtocols() != null) {
			parameters.setProtocols(options.getEnabledProtocols());
		}
		if (options.getCiphers() != null) {
			parameters.setCipherSuites(options.getCiphers());
		}
		switch (clientAuth) {
			case NEED -> parameters.setNeedClientAuth(true);
			case WANT -> parameters.setWantClientAuth(true);
			case NONE -> {
				// As it is.
			}
		}
		return parameters;
	}

}
