package io.ductworks.spring.boot.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import io.ductworks.CloseReason;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.listener.DuctListener;
import io.ductworks.transport.DuctAddress;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ducts with TLS by the SSL bundles of Spring Boot.
 */
@ExtendWith({ NothingLeftBehind.class, OutputCaptureExtension.class })
@Timeout(60)
class SslBundleTests {

	@TempDir
	private static Path certificates;

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DuctworksAutoConfiguration.class));

	@BeforeAll
	static void certify() throws Exception {
		for (String name : List.of("first", "second")) {
			List<String> command = new ArrayList<>(
					List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
			command.addAll(List.of("-genkeypair", "-alias", "duct", "-keyalg", "EC", "-dname", "CN=" + name, "-ext",
					"san=dns:localhost,ip:127.0.0.1,ip:::1", "-storetype", "PKCS12", "-storepass", "changeit",
					"-keystore", certificates.resolve(name + ".p12").toString()));
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			process.getOutputStream().close();
			assertThat(process.waitFor()).as(output).isZero();
		}
	}

	private ApplicationContextRunner withBundle() throws IOException {
		Path store = this.directory.resolve("store.p12");
		use("first");
		return this.runner.withPropertyValues("spring.ssl.bundle.jks.duct.keystore.location=file:" + store,
				"spring.ssl.bundle.jks.duct.keystore.password=changeit",
				"spring.ssl.bundle.jks.duct.truststore.location=file:" + store,
				"spring.ssl.bundle.jks.duct.truststore.password=changeit",
				"spring.ssl.bundle.jks.duct.reload-on-update=true", "spring.ssl.bundle.watch.file.quiet-period=10ms");
	}

	private void use(String name) throws IOException {
		Path next = this.directory.resolve("next.p12");
		Files.copy(certificates.resolve(name + ".p12"), next, StandardCopyOption.REPLACE_EXISTING);
		Files.move(next, this.directory.resolve("store.p12"), StandardCopyOption.ATOMIC_MOVE);
	}

	@Test
	void m5ContextWhenOfABundleThenSendsNoTicketsToResumeSessionsWith() throws Exception {
		withBundle()
			.withPropertyValues("ductworks.parent.orders.ssl.bundle=duct",
					"ductworks.parent.orders.ssl.client-auth=none", "ductworks.parent.orders.address=tcp://127.0.0.1:0")
			.run((context) -> {
				DuctAddress.Tcp address = (DuctAddress.Tcp) context.getBean(MessageDuctParent.class).listenerAddress();
				SSLContext trusting = context.getBean(SslBundles.class).getBundle("duct").createSslContext();
				try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory()
					.createSocket(address.host(), address.port())) {
					socket.setSoTimeout(10_000);
					socket.startHandshake();
					socket.getOutputStream().write(1);
					assertThat(socket.getInputStream().read()).as("the end, since that was no frame").isEqualTo(-1);
					// JSSE keeps the session of the handshake, and one more for each
					// ticket.
					assertThat(Collections.list(trusting.getClientSessionContext().getIds())).hasSize(1);
				}
			});
	}

	@Test
	void ductsWhenTheyHaveABundleThenSpeakTlsAndListenersKnowThePeer() throws Exception {
		withBundle().withUserConfiguration(Peer.class)
			.withPropertyValues("ductworks.defaults.ssl.bundle=duct",
					"ductworks.parent.orders.address=tcp://localhost:0")
			.run((context) -> {
				MessageDuctParent parent = context.getBean(MessageDuctParent.class);
				withBundle()
					.withPropertyValues("ductworks.child.billing.ssl.bundle=duct",
							"ductworks.child.billing.address=" + parent.listenerAddress())
					.run((other) -> {
						MessageDuctChild child = other.getBean(MessageDuctChild.class);

						assertThat(child.request("x", String.class)).isEqualTo("x of CN=first");
						assertThat(child.peer().getName()).isEqualTo("CN=first");
					});
			});
	}

	@Test
	void t8BundleWhenReloadedThenNewConnectionsUseItAndABrokenOneChangesNothing(CapturedOutput output)
			throws Exception {
		withBundle()
			.withPropertyValues("ductworks.parent.orders.address=tcp://localhost:0",
					"ductworks.parent.orders.ssl.bundle=duct", "ductworks.parent.orders.ssl.client-auth=none")
			.run((context) -> {
				MessageDuctParent parent = context.getBean(MessageDuctParent.class);
				Files.writeString(this.directory.resolve("store.p12"), "broken");
				Peers.eventually().until(() -> output.getAll().contains("cannot be used"));
				assertSubjectEventually(parent, "first");

				use("second");
				assertSubjectEventually(parent, "second");
			});
	}

	@Test
	void t8BundleWhenReloadIsBrokenThenHealthShowsItUntilTheNextOne() throws Exception {
		withBundle().withConfiguration(AutoConfigurations.of(DuctHealthAutoConfiguration.class))
			.withPropertyValues("ductworks.parent.orders.address=tcp://localhost:0",
					"ductworks.parent.orders.ssl.bundle=duct")
			.run((context) -> {
				CompositeHealthContributor ducts = context.getBean(CompositeHealthContributor.class);
				assertThat(healthOf(ducts).getDetails()).containsOnlyKeys("address", "children");
				Instant before = Instant.now();

				Files.writeString(this.directory.resolve("store.p12"), "broken");
				Peers.eventually().until(() -> healthOf(ducts).getDetails().containsKey("ssl"));
				Health health = healthOf(ducts);
				assertThat(health.getStatus()).isEqualTo(Status.UP);
				assertThat(health.getDetails().get("ssl")).asInstanceOf(InstanceOfAssertFactories.MAP)
					.containsOnlyKeys("message", "since")
					.hasEntrySatisfying("message", (message) -> assertThat((String) message).isNotBlank())
					.hasEntrySatisfying("since",
							(since) -> assertThat(Instant.parse((String) since)).isBetween(before, Instant.now()));

				use("second");
				Peers.eventually().until(() -> !healthOf(ducts).getDetails().containsKey("ssl"));
			});
	}

	@Test
	void t8BundleWhenItsPemFileIsCutThenTheOldOneIsUsedAndHealthShowsIt() throws Exception {
		Path pem = this.directory.resolve("duct.pem");
		String text = pemOf("first");
		Files.writeString(pem, text);
		this.runner.withConfiguration(AutoConfigurations.of(DuctHealthAutoConfiguration.class))
			.withPropertyValues("spring.ssl.bundle.pem.duct.keystore.certificate=file:" + pem,
					"spring.ssl.bundle.pem.duct.keystore.private-key=file:" + pem,
					"spring.ssl.bundle.pem.duct.reload-on-update=true",
					"spring.ssl.bundle.watch.file.quiet-period=10ms",
					"ductworks.parent.orders.address=tcp://localhost:0", "ductworks.parent.orders.ssl.bundle=duct",
					"ductworks.parent.orders.ssl.client-auth=none")
			.run((context) -> {
				CompositeHealthContributor ducts = context.getBean(CompositeHealthContributor.class);
				Files.writeString(pem, text.substring(0, text.length() / 2));
				Peers.eventually().until(() -> healthOf(ducts).getDetails().containsKey("ssl"));

				assertSubjectEventually(context.getBean(MessageDuctParent.class), "first");
			});
	}

	private static String pemOf(String name) throws GeneralSecurityException, IOException {
		char[] password = "changeit".toCharArray();
		KeyStore store = KeyStore.getInstance(certificates.resolve(name + ".p12").toFile(), password);
		return pem("CERTIFICATE", store.getCertificate("duct").getEncoded())
				+ pem("PRIVATE KEY", store.getKey("duct", password).getEncoded());
	}

	private static String pem(String type, byte[] content) {
		return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(content) + "\n-----END " + type
				+ "-----\n";
	}

	private static Health healthOf(CompositeHealthContributor ducts) {
		return ((HealthIndicator) ducts.getContributor("orders")).health();
	}

	private static void assertSubjectEventually(MessageDuctParent parent, String name) {
		Peers.eventually()
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(subjectOf(parent, name)).isEqualTo("CN=" + name));
	}

	private static String subjectOf(MessageDuctParent parent, String trusted) {
		String[] subject = new String[1];
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, DuctworksAutoConfiguration.class))
			.withPropertyValues(
					"spring.ssl.bundle.jks.duct.truststore.location=file:" + certificates.resolve(trusted + ".p12"),
					"spring.ssl.bundle.jks.duct.truststore.password=changeit",
					"ductworks.child.billing.ssl.bundle=duct", "ductworks.child.billing.connect.startup=fail",
					"ductworks.child.billing.connect.startup-timeout=1s",
					"ductworks.child.billing.address=" + parent.listenerAddress())
			.run((context) -> subject[0] = context.getBean(MessageDuctChild.class).peer().getName());
		return subject[0];
	}

	@Test
	void subjectsWhenSetInYamlThenOthersAreRefused() throws Exception {
		withBundle().withInitializer(new ConfigDataApplicationContextInitializer())
			.withPropertyValues("spring.config.location=classpath:tls.yml", "orders.address=tcp://localhost:0",
					"ductworks.parent.orders.ssl.bundle=duct")
			.run((context) -> {
				MessageDuctParent parent = context.getBean(MessageDuctParent.class);
				withBundle()
					.withPropertyValues("ductworks.child.billing.ssl.bundle=duct",
							"ductworks.child.billing.address=" + parent.listenerAddress())
					.run((other) -> Peers.eventually()
						.until(() -> parent.statistics().connectionsClosed(CloseReason.UNAUTHORISED) > 0));
				assertThat(parent.statistics().connectionsOpened()).isZero();
			});
	}

	@Test
	void bundleWhenItsCipherIsUnknownThenTheChildThatIsToConnectSaysSo() throws Exception {
		withBundle().withPropertyValues("ductworks.parent.orders.address=tcp://localhost:0").run((context) -> {
			MessageDuctParent parent = context.getBean(MessageDuctParent.class);
			withBundle()
				.withPropertyValues("spring.ssl.bundle.jks.duct.options.ciphers=TLS_UNHEARD_OF",
						"ductworks.child.billing.ssl.bundle=duct", "ductworks.child.billing.connect.startup=fail",
						"ductworks.child.billing.connect.startup-timeout=2s",
						"ductworks.child.billing.address=" + parent.listenerAddress())
				.run((other) -> assertThat(other).hasFailed()
					.getFailure()
					.hasStackTraceContaining("the last attempt failed")
					.hasStackTraceContaining("TLS_UNHEARD_OF"));
		});
	}

	@Test
	void bundleWhenItDoesNotExistThenFailureNamesIt() {
		this.runner
			.withPropertyValues("ductworks.parent.orders.address=tcp://localhost:0",
					"ductworks.parent.orders.ssl.bundle=absent")
			.run((context) -> assertThat(context).hasFailed().getFailure().rootCause().hasMessageContaining("absent"));
	}

	@Test
	void t13ParentWhenOthersReachItWithoutTlsThenFailureSaysBothWaysOut() {
		this.runner.withPropertyValues("ductworks.parent.orders.address=tcp://0.0.0.0:0")
			.run((context) -> assertThat(context).hasFailed()
				.getFailure()
				.hasStackTraceContaining("ssl.bundle")
				.hasStackTraceContaining("allow-plaintext: true"));
		this.runner
			.withPropertyValues("ductworks.parent.orders.address=tcp://0.0.0.0:0",
					"ductworks.parent.orders.allow-plaintext=true")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	static class Peer {

		@DuctListener("orders")
		String take(String message, @Nullable Principal peer) {
			return message + " of " + ((peer != null) ? peer.getName() : "nobody");
		}

	}

}
