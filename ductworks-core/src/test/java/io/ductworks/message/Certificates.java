package io.ductworks.message;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import org.jspecify.annotations.Nullable;

/**
 * Certificates that the JDK's keytool makes for a test: an authority, and those that it
 * signs.
 */
public final class Certificates {

	private static final char[] PASSWORD = "changeit".toCharArray();

	private static final String AUTHORITY = "authority";

	private final Path file;

	/**
	 * Reading a key takes a while on purpose, so no connection should have to wait for
	 * it.
	 */
	private final Map<String, SSLContext> contexts = new ConcurrentHashMap<>();

	private Certificates(Path file) {
		this.file = file;
	}

	/**
	 * Makes an authority.
	 */
	public static Certificates in(Path directory) {
		Certificates certificates = new Certificates(directory.resolve("certificates.p12"));
		certificates.keytool(AUTHORITY, "-dname", "CN=Test Authority", "-ext", "bc:c");
		return certificates;
	}

	/**
	 * Adds a certificate for the loopback addresses.
	 */
	public Certificates with(String name, String... options) {
		List<String> all = new ArrayList<>(
				List.of("-dname", "CN=" + name + ",O=Shop", "-ext", "san=dns:localhost,ip:127.0.0.1,ip:::1"));
		return with(name, all, options);
	}

	/**
	 * Adds a certificate for another host.
	 */
	Certificates withHost(String name, String host) {
		return with(name, new ArrayList<>(List.of("-dname", "CN=" + name + ",O=Shop", "-ext", "san=dns:" + host)));
	}

	private Certificates with(String name, List<String> options, String... more) {
		options.addAll(List.of("-signer", AUTHORITY));
		options.addAll(List.of(more));
		keytool(name, options.toArray(String[]::new));
		return this;
	}

	/**
	 * Adds a certificate that nobody signed.
	 */
	Certificates withSelfSigned(String name, String... options) {
		List<String> all = new ArrayList<>(
				List.of("-dname", "CN=" + name, "-ext", "san=dns:localhost,ip:127.0.0.1,ip:::1"));
		all.addAll(List.of(options));
		keytool(name, all.toArray(String[]::new));
		return this;
	}

	private void keytool(String alias, String... options) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias",
						alias, "-keyalg", "EC", "-keystore", this.file.toString(), "-storetype", "PKCS12", "-storepass",
						new String(PASSWORD)));
		command.addAll(List.of(options));
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			process.getOutputStream().close();
			if (process.waitFor() != 0) {
				throw new IllegalStateException("keytool failed: " + output);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A context that shows one certificate and trusts the authority.
	 * @param name what to show, {@code null} for nothing
	 */
	public SSLContext context(@Nullable String name) {
		return context(name, AUTHORITY);
	}

	/**
	 * A context that shows one certificate and trusts another, and what it has signed.
	 */
	SSLContext context(@Nullable String name, String trusted) {
		return this.contexts.computeIfAbsent(name + " " + trusted, (key) -> newContext(name, trusted));
	}

	private SSLContext newContext(@Nullable String name, String trusted) {
		try {
			KeyStore all = KeyStore.getInstance("PKCS12");
			try (InputStream content = Files.newInputStream(this.file)) {
				all.load(content, PASSWORD);
			}
			KeyStore trust = KeyStore.getInstance("PKCS12");
			trust.load(null, null);
			trust.setCertificateEntry(trusted, all.getCertificate(trusted));
			TrustManagerFactory trustManagers = TrustManagerFactory
				.getInstance(TrustManagerFactory.getDefaultAlgorithm());
			trustManagers.init(trust);
			SSLContext context = SSLContext.getInstance("TLS");
			context.init((name != null) ? keyManagers(all, name) : null, trustManagers.getTrustManagers(), null);
			return context;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static KeyManager[] keyManagers(KeyStore all, String name) throws GeneralSecurityException, IOException {
		KeyStore own = KeyStore.getInstance("PKCS12");
		own.load(null, null);
		own.setKeyEntry(name, all.getKey(name, PASSWORD), PASSWORD, all.getCertificateChain(name));
		KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keyManagers.init(own, PASSWORD);
		return keyManagers.getKeyManagers();
	}

}
