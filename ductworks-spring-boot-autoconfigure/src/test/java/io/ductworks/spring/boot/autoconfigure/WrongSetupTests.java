package io.ductworks.spring.boot.autoconfigure;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.listener.DuctListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;
import org.springframework.validation.annotation.Validated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

@ExtendWith({ NothingLeftBehind.class, OutputCaptureExtension.class })
class WrongSetupTests {

	@TempDir
	private Path directory;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class));

	@Test
	void listenerWhenItsDuctIsUnknownThenFailureListsThoseThereAre() {
		FailureAnalysis analysis = failure(Stock.class, "ductworks.parent.orders.address=" + Peers.freshAddress(),
				"ductworks.child.billing.address=" + Peers.freshAddress());
		assertThat(analysis.getDescription()).contains("@DuctListener(\"stock\")", "Stock.take");
		assertThat(analysis.getAction()).contains("[billing, orders]", "ductworks.parent.stock.address");
	}

	@Test
	void listenerWhenThereIsNoDuctAtAllThenFailureSaysHowToConfigureIt() {
		FailureAnalysis analysis = failure(Stock.class);
		assertThat(analysis.getDescription()).contains("@DuctListener(\"stock\")");
		assertThat(analysis.getAction()).contains("ductworks.parent.stock.address", "ductworks.child.stock.address")
			.doesNotContain("[]");
	}

	@Test
	void keyWhenUnknownForAParentThenFailureNamesItAndTheKeysThereAre() {
		FailureAnalysis analysis = failure("ductworks.parent.orders.adress=tcp://localhost:0");
		assertThat(analysis.getDescription()).contains("'ductworks.parent.orders.adress'");
		assertThat(analysis.getAction()).contains("'ductworks.parent.orders'",
				"accept, accepts-per-second, address, allow-plaintext, allowed-groups, allowed-subjects, allowed-users, backlog, close-timeout, codec",
				"max-children", "pseudo-anonymous");
	}

	@ParameterizedTest
	@ValueSource(strings = { "max-children=3", "handshake-timeout=3s" })
	void keyWhenUnknownForAChildThenFailureListsThoseOfAChild(String setting) {
		FailureAnalysis analysis = failure("ductworks.child.billing." + setting);
		assertThat(analysis.getDescription()).contains("'ductworks.child.billing." + setting.split("=")[0] + "'");
		assertThat(analysis.getAction()).contains("'ductworks.child.billing'", "address", "connect")
			.doesNotContain("accept");
	}

	@Test
	void keyWhenOnlyParentsHaveItThenFailureSaysSo() {
		assertThat(failure("ductworks.child.billing.max-children=3").getAction())
			.endsWith("Only parents have 'max-children'.");
		assertThat(failure("ductworks.parent.orders.connect.timeout=1s").getAction())
			.endsWith("Only children have 'connect'.");
	}

	@Test
	void customizerWhenItSetsWhatCannotBeThenFailureIsNotBlamedOnThePeers() {
		FailureAnalysis analysis = failure(NoName.class, "ductworks.parent.orders.address=" + Peers.freshAddress());
		assertThat(analysis.getDescription()).contains("'orders' cannot be made", "not blank");
		assertThat(analysis.getAction()).contains("DuctBuilderCustomizer").doesNotContain("allowed");
	}

	@Test
	void bundleWhenItCannotBeUsedThenFailureNamesIt() {
		FailureAnalysis analysis = failure(Bundles.class, "ductworks.child.billing.address=tcp://localhost:1",
				"ductworks.child.billing.ssl.bundle=shop",
				"spring.ssl.bundle.jks.shop.truststore.location=file:" + this.directory.resolve("none.jks"));
		assertThat(analysis.getDescription()).contains("'billing'", "'shop'", "cannot be used", "none.jks");
		assertThat(analysis.getAction()).contains("spring.ssl.bundle");
	}

	@Test
	void keyWhenUnknownAtTheTopThenFailureNamesItAndTheKeysThereAre() {
		FailureAnalysis analysis = failure("ductworks.parents.orders.address=tcp://localhost:0");
		assertThat(analysis.getDescription()).contains("'ductworks.parents.orders.address'");
		assertThat(analysis.getAction()).contains("'ductworks'",
				"child, defaults, drain-timeout, enabled, health, parent");
	}

	@Test
	void keyWhenUnknownBelowConnectThenFailureNamesItAndTheKeysThereAre() {
		FailureAnalysis analysis = failure("ductworks.child.billing.connect.retry.pause=1s");
		assertThat(analysis.getDescription()).contains("'ductworks.child.billing.connect.retry.pause'");
		assertThat(analysis.getAction()).contains("'ductworks.child.billing.connect.retry'",
				"delay, max-delay, multiplier");
	}

	@Test
	void keyWhenUnknownBelowDefaultsThenFailureNamesItAndTheKeysThereAre() {
		FailureAnalysis analysis = failure("ductworks.defaults.address=tcp://localhost:0");
		assertThat(analysis.getDescription()).contains("'ductworks.defaults.address'");
		assertThat(analysis.getAction()).contains("'ductworks.defaults'", "max-frame-size");
	}

	@Test
	void keysWhenSeveralAreUnknownThenFailureNamesAll() {
		FailureAnalysis analysis = failure("ductworks.drain=1s", "ductworks.child.billing.adress=tcp://localhost:1");
		assertThat(analysis.getDescription()).contains("'ductworks.drain'", "'ductworks.child.billing.adress'");
		assertThat(analysis.getAction()).contains("'ductworks'", "'ductworks.child.billing'");
	}

	@Test
	void u3AddressWhenItsPlaceholderIsNotSetThenFailureNamesBoth() {
		FailureAnalysis analysis = failure("ductworks.parent.orders.address=unix:${NO_SUCH_HOME}/orders.sock");
		assertThat(analysis.getDescription()).contains("'ductworks.parent.orders.address'", "${NO_SUCH_HOME}",
				"nothing has replaced");
	}

	@Test
	void addressWhenMissingThenFailureNamesTheProperty() {
		FailureAnalysis analysis = failure("ductworks.parent.orders.max-children=3");
		assertThat(analysis.getDescription()).contains("'ductworks.parent.orders.address'", "missing");
		assertThat(analysis.getAction()).contains("unix:/path", "'ductworks.parent.orders.pseudo-anonymous'");
	}

	@Test
	void addressWhenMissingForAChildThenFailureNamesTheProperty() {
		FailureAnalysis analysis = failure("ductworks.child.billing.connect.timeout=3s");
		assertThat(analysis.getDescription()).contains("'ductworks.child.billing.address'", "missing");
		assertThat(analysis.getAction()).contains("tcp://host:port").doesNotContain("pseudo-anonymous");
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost:7400", "http://localhost", "tcp://localhost", "tcp://localhost:70000",
			"tcp://:7400", "unix:", "inproc:", "tcp://::1:7400" })
	void addressWhenUnparsableThenFailureNamesPropertyAndText(String address) {
		for (String property : List.of("ductworks.parent.orders.address", "ductworks.child.billing.address")) {
			FailureAnalysis analysis = failure(property + "=" + address);
			assertThat(analysis.getDescription()).contains("'" + property + "'").doesNotContain("..");
			assertThat(analysis.getAction()).contains("tcp://host:port");
		}
	}

	@Test
	void l8AddressWhenSocketPathIsTooLongThenFailureNamesPropertyAndLimit() {
		FailureAnalysis analysis = failure("ductworks.parent.orders.address=unix:/tmp/" + "x".repeat(120));
		assertThat(analysis.getDescription()).contains("'ductworks.parent.orders.address'", "106");
	}

	@Test
	void l1AddressWhenPortIsInUseThenFailureNamesTheProperty() throws IOException {
		try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			String address = "tcp://" + other.getInetAddress().getHostAddress() + ":" + other.getLocalPort();
			FailureAnalysis analysis = failure("ductworks.parent.orders.address=" + address);
			assertThat(analysis.getDescription()).contains("'orders'", address);
			assertThat(analysis.getAction()).contains("ductworks.parent.orders.address");
		}
	}

	@Test
	void addressWhenSocketFileIsInUseThenFailureNamesThePropertyAndTheOwnerLivesOn() throws IOException {
		Path socket = this.directory.resolve("orders.sock");
		MessageDuctParent owner = Peers.parentAt("unix:" + socket);
		try (owner) {
			FailureAnalysis analysis = failure("ductworks.parent.orders.address=unix:" + socket);
			assertThat(analysis.getDescription()).contains("'orders'", socket.toString());
			assertThat(analysis.getAction()).contains("ductworks.parent.orders.address");
			assertThat(socket).exists();
			Peers.childOf(owner).close();
		}
		assertThat(filesInDirectory()).allMatch((file) -> file.toString().endsWith(".lock"));
	}

	@Test
	void nameWhenInBothRolesThenFailureNamesBothProperties() {
		FailureAnalysis analysis = failure("ductworks.parent.orders.address=" + Peers.freshAddress(),
				"ductworks.child.orders.address=" + Peers.freshAddress());
		assertThat(analysis.getDescription()).contains("'ductworks.parent.orders'", "'ductworks.child.orders'");
		assertThat(analysis.getAction()).contains("another name");
	}

	@Test
	void c8AddressWhenTheSameForTwoParentsThenFailureNamesBothProperties() {
		String address = Peers.freshAddress();
		FailureAnalysis analysis = failure("ductworks.parent.orders.address=" + address,
				"ductworks.parent.stock.address=" + address);
		assertThat(analysis.getDescription()).contains("'ductworks.parent.orders.address'",
				"'ductworks.parent.stock.address'", address);
		assertThat(analysis.getAction()).contains("an address of its own");
	}

	@ParameterizedTest
	@ValueSource(strings = { "orderEvents", "order_events", "1st", "[order events]", "[a--b]", "[orders-]" })
	void nameWhenInvalidThenFailureNamesTheProperty(String name) {
		FailureAnalysis analysis = failure("ductworks.parent." + name + ".address=" + Peers.freshAddress());
		assertThat(analysis.getDescription())
			.contains("'ductworks.parent." + name.replace("[", "").replace("]", "") + "'");
		assertThat(analysis.getAction()).contains("lower case", "'order-events'");
	}

	@Test
	void namesWhenTheyMakeTheSameBeanNameThenFailureNamesBoth() {
		FailureAnalysis analysis = failure("ductworks.parent.a-1.address=" + Peers.freshAddress(),
				"ductworks.child.a1.address=" + Peers.freshAddress());
		assertThat(analysis.getDescription()).contains("'ductworks.parent.a-1'", "'ductworks.child.a1'", "'a1Duct'");
	}

	@Test
	void namesWhenTheyDifferInHyphensOnlyThenFailureNamesBoth() {
		FailureAnalysis analysis = failure("ductworks.parent.ab-c.address=" + Peers.freshAddress(),
				"ductworks.parent.a-bc.address=" + Peers.freshAddress());
		assertThat(analysis.getDescription()).contains("'ductworks.parent.ab-c'", "'ductworks.parent.a-bc'");
	}

	@Test
	void listenersWhenTwoOnOneDuctThenFailureNamesBothMethods() {
		FailureAnalysis analysis = failure(TwoListeners.class,
				"ductworks.parent.orders.address=" + Peers.freshAddress());
		assertThat(analysis.getDescription()).contains("'orders'", "TwoListeners.one", "TwoListeners.two");
		assertThat(analysis.getAction()).contains("Keep one");
	}

	@Test
	void listenerWhenItHasTwoPayloadParametersThenFailureNamesTheMethod() {
		FailureAnalysis analysis = failure(TwoPayloads.class,
				"ductworks.parent.orders.address=" + Peers.freshAddress());
		assertThat(analysis.getDescription()).contains("TwoPayloads.take", "2 parameters");
		assertThat(analysis.getAction()).contains("@Header");
	}

	@Test
	void listenerWhenItsPayloadIsToBeValidatedAndNobodyCanThenFailureNamesTheMethod() {
		FailureAnalysis analysis = failure(Validates.class, "ductworks.parent.orders.address=" + Peers.freshAddress());
		assertThat(analysis.getDescription()).contains("Validates.take", "no Validator");
		assertThat(analysis.getAction()).contains("spring-boot-starter-validation", "@Primary");
	}

	@ParameterizedTest
	@ValueSource(classes = { ReturnsFuture.class, ReturnsPublisher.class })
	void listenerWhenItReturnsWhatTellsNobodyOrSeveralValuesThenFailureNamesTheMethod(Class<?> listener) {
		FailureAnalysis analysis = failure(listener, "ductworks.parent.orders.address=" + Peers.freshAddress());
		assertThat(analysis.getDescription()).contains(listener.getSimpleName() + ".take", "returns");
		assertThat(analysis.getAction()).contains("Return the value itself");
	}

	@Test
	void parentWhenItHasAddressAndIsPseudoAnonymousThenFailureNamesBothProperties() {
		FailureAnalysis analysis = failure("ductworks.parent.orders.address=" + Peers.freshAddress(),
				"ductworks.parent.orders.pseudo-anonymous=true");
		assertThat(analysis.getDescription()).contains("ductworks.parent.orders.address",
				"ductworks.parent.orders.pseudo-anonymous");
		assertThat(analysis.getAction()).contains("Remove one");
	}

	@Test
	void valueWhenNotInTheEnumThenFailureListsThoseThereAre() {
		FailureAnalysis analysis = failure("ductworks.parent.orders.accept=twice");
		assertThat(analysis.getDescription()).contains("ductworks.parent.orders.accept", "twice");
		assertThat(analysis.getAction()).contains("AGAIN", "MANY", "ONCE");
	}

	@Test
	void valueWhenNoDurationThenFailureNamesThePropertyAndTheValue() {
		FailureAnalysis analysis = failure("ductworks.child.billing.address=" + Peers.freshAddress(),
				"ductworks.child.billing.connect.timeout=soon");
		assertThat(analysis.getDescription()).contains("ductworks.child.billing.connect.timeout", "soon");
	}

	@ParameterizedTest
	@ValueSource(strings = { "parent.orders.max-children=0", "parent.orders.max-frame-size=0B",
			"parent.orders.max-frame-size=3GB", "parent.orders.send-timeout=0s", "parent.orders.request-timeout=-1s",
			"parent.orders.concurrency=0", "parent.orders.max-waiting=0", "child.billing.max-waiting-bytes=0B",
			"defaults.max-waiting-bytes=2GB", "parent.orders.receive-timeout=0s", "parent.orders.unread-timeout=0s",
			"parent.orders.last-answers-timeout=0s", "parent.orders.close-timeout=0s",
			"child.billing.connect.timeout=0s", "child.billing.connect.startup-timeout=0s",
			"parent.orders.frame-timeout=0s", "parent.orders.handshake-timeout=0s", "defaults.handshake-timeout=-1s",
			"parent.orders.accepts-per-second=0", "parent.orders.backlog=0", "defaults.backlog=-1",
			"parent.orders.permissions=432", "defaults.permissions=rw", "child.billing.connect.retry.delay=0s",
			"child.billing.connect.retry.delay=10us", "child.billing.connect.retry.multiplier=0.5",
			"child.billing.connect.retry.max-delay=0s", "drain-timeout=-1s", "parent.orders.disconnected-grace=0s" })
	void o7ValueWhenOutOfRangeThenFailureNamesTheProperty(String setting) {
		FailureAnalysis analysis = failure("ductworks.parent.orders.address=" + Peers.freshAddress(),
				"ductworks.child.billing.address=" + Peers.freshAddress(), "ductworks." + setting);
		assertThat(analysis.getDescription()).contains("'ductworks." + setting.split("=")[0] + "'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tcp permissions=0660", "tcp group=0", "unix ssl.bundle=duct", "unix ssl.client-auth=want",
			"tcp ssl.client-auth=want", "unix allow-plaintext=true", "inproc allow-plaintext=true",
			"inproc ssl.bundle=duct", "inproc concurrency=2", "tcp max-waiting=2", "inproc max-waiting-bytes=1MB",
			"unix json-rpc.meta=false" })
	void m8SettingOfAParentWhenItHasNoEffectThenFailureNamesItAndTheDefaults(String setting) {
		String transport = setting.split(" ")[0];
		String property = setting.split(" ")[1];
		String name = property.split("=")[0];
		String address = switch (transport) {
			case "unix" -> "unix:" + this.directory.resolve("orders.sock");
			case "tcp" -> "tcp://localhost:0";
			default -> "inproc:effects";
		};
		FailureAnalysis analysis = failure("ductworks.parent.orders.address=" + address,
				"ductworks.parent.orders." + property);
		assertThat(analysis.getDescription()).contains("'ductworks.parent.orders." + name + "' has no effect at");
		assertThat(analysis.getAction()).contains("'ductworks.defaults." + name + "'");
		if (!name.equals("ssl.bundle")) {
			this.runner
				.withPropertyValues("ductworks.parent.orders.address=" + address, "ductworks.defaults." + property)
				.run((context) -> assertThat(context).hasNotFailed());
		}
	}

	@Test
	void m8SettingWhenThereIsOneChildAtATimeThenTheirNumberIsRefused() {
		assertThat(failure("ductworks.parent.orders.pseudo-anonymous=true", "ductworks.parent.orders.accept=again",
				"ductworks.parent.orders.max-children=3")
			.getDescription()).contains("'ductworks.parent.orders.max-children' has no effect", "accept is again");
	}

	@ParameterizedTest
	@ValueSource(strings = { "pipelining=true", "mixed-traffic=true", "late-answer-timeout=1s", "codec=text",
			"codec=bytes", "type-field=kind" })
	void m8SettingWhenTheDuctSpeaksJsonRpcAndItIsForBareOnesThenIsRefusedUnlessADefault(String setting) {
		String address = "ductworks.child.billing.address=" + Peers.freshAddress();
		String protocol = "ductworks.child.billing.protocol=json-rpc";
		assertThat(failure(address, protocol, "ductworks.child.billing." + setting).getDescription())
			.contains("'ductworks.child.billing." + setting.split("=")[0] + "' has no effect", "protocol is json-rpc");
		this.runner.withPropertyValues(address, protocol, "ductworks.defaults." + setting)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void m8TypeFieldWhenMessagesHaveNoMembersThenIsRefusedUnlessADefault() {
		String address = "ductworks.child.billing.address=" + Peers.freshAddress();
		String codec = "ductworks.child.billing.codec=text";
		assertThat(failure(address, codec, "ductworks.child.billing.type-field=kind").getDescription())
			.contains("'ductworks.child.billing.type-field' has no effect", "codec is text");
		this.runner.withPropertyValues(address, codec, "ductworks.defaults.type-field=kind")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void m8SettingOfAChildWhenItIsForParentsThenIsRefused() {
		assertThat(failure("ductworks.child.billing.address=tcp://localhost:1",
				"ductworks.child.billing.ssl.client-auth=need")
			.getDescription()).contains("'ductworks.child.billing.ssl.client-auth' has no effect", "it is for parents");
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix allowed-subjects", "inproc allowed-subjects", "tcp allowed-subjects",
			"tcp allowed-users", "tcp allowed-groups", "inproc allowed-users" })
	void m8RuleWhenNothingEnforcesItThenIsRefusedEvenAsADefault(String rule) {
		String property = rule.split(" ")[1] + (rule.endsWith("subjects") ? "=CN=billing" : "=0");
		String address = switch (rule.split(" ")[0]) {
			case "unix" -> "unix:" + this.directory.resolve("orders.sock");
			case "tcp" -> "tcp://localhost:0";
			default -> "inproc:effects";
		};
		for (String place : List.of("parent.orders.", "defaults.")) {
			FailureAnalysis analysis = failure("ductworks.parent.orders.address=" + address,
					"ductworks." + place + property);
			assertThat(analysis.getDescription()).contains("nothing would enforce them at " + address);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "allowed-users", "allowed-groups" })
	void peersWhenUnknownOnThisMachineThenFailureNamesThem(String property) {
		FailureAnalysis analysis = failure("ductworks.parent.orders.pseudo-anonymous=true",
				"ductworks.parent.orders." + property + "=nobody-knows");
		assertThat(analysis.getDescription()).contains("'orders'", "'nobody-knows'");
		assertThat(analysis.getAction()).contains("ductworks.parent.orders." + property);
	}

	@Test
	void bindWhenItFailsThenTheActionFitsTheReason() {
		assertThat(failure("ductworks.parent.orders.address=tcp://0.0.0.0:0").getAction())
			.contains("ductworks.parent.orders.ssl.bundle", "ductworks.parent.orders.allow-plaintext");
		assertThat(failure(
				"ductworks.parent.orders.address=unix:" + this.directory.resolve("missing").resolve("sub/a.sock"))
			.getAction()).contains("Create that directory");
		try (MessageDuctParent other = Peers.parentAt("tcp://localhost:0")) {
			assertThat(failure("ductworks.parent.orders.address=" + other.listenerAddress()).getAction())
				.contains("Stop the process that has the address");
		}
	}

	@Test
	void c7RefreshWhenALaterBeanFailsThenNothingIsLeft() throws IOException {
		this.runner.withUserConfiguration(FailsLate.class)
			.withPropertyValues("ductworks.parent.orders.address=unix:" + this.directory.resolve("orders.sock"),
					"ductworks.parent.stock.address=tcp://localhost:0",
					"ductworks.child.billing.address=unix:" + this.directory.resolve("orders.sock"),
					"ductworks.child.absent.address=unix:" + this.directory.resolve("absent.sock"))
			.run((context) -> assertThat(context).hasFailed());
		assertThat(filesInDirectory()).allMatch((file) -> file.toString().endsWith(".lock"));
	}

	@Test
	void c7RefreshWhenTheSecondParentCannotBindThenTheFirstIsClosed() throws IOException {
		try (MessageDuctParent other = Peers.parentAt("tcp://localhost:0")) {
			this.runner
				.withPropertyValues("ductworks.parent.a.address=unix:" + this.directory.resolve("a.sock"),
						"ductworks.parent.b.address=" + other.listenerAddress())
				.run((context) -> assertThat(context).hasFailed()
					.getFailure()
					.hasRootCauseInstanceOf(BindException.class));
		}
		assertThat(filesInDirectory()).allMatch((file) -> file.toString().endsWith(".lock"));
	}

	@Test
	void applicationWhenSetUpWronglyThenSaysSoWithoutAStackTrace(CapturedOutput output) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setDefaultProperties(Map.of("ductworks.parent.orders.adress", "tcp://localhost:0"));
		assertThatException().isThrownBy(application::run);
		assertThat(output)
			.contains("APPLICATION FAILED TO START", "'ductworks.parent.orders.adress'",
					"Below 'ductworks.parent.orders' there is: ")
			.doesNotContain("\tat org.springframework");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ductworks.defaults.address=inproc:all", "ductworks.defaults.pseudo-anonymous=true" })
	void defaultsWhenASystemPropertyGivesThemAnAddressThenFailureNamesIt(String property) {
		this.runner.withSystemProperties(property)
			.withPropertyValues("ductworks.parent.orders.codec=text")
			.run((context) -> {
				assertThat(context).hasFailed();
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("'" + property.split("=")[0] + "'");
				assertThat(analysis.getAction()).contains("ductworks.parent.<name>");
			});
	}

	private FailureAnalysis failure(String... properties) {
		return failure(Application.class, properties);
	}

	private FailureAnalysis failure(Class<?> configuration, String... properties) {
		List<FailureAnalysis> analyses = new ArrayList<>();
		this.runner.withUserConfiguration(configuration).withPropertyValues(properties).run((context) -> {
			assertThat(context).hasFailed();
			analyses.add(analyze(context.getStartupFailure()));
		});
		FailureAnalysis analysis = analyses.get(0);
		assertThat(analysis.getDescription()).isNotBlank();
		assertThat(analysis.getAction()).isNotBlank();
		return analysis;
	}

	/**
	 * The first analysis there is, as Boot's reporter takes it.
	 */
	private static FailureAnalysis analyze(Throwable failure) {
		return SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class,
					ArgumentResolver.of(BeanFactory.class, new DefaultListableBeanFactory())
						.and(Environment.class, new StandardEnvironment()),
					FailureHandler.handleMessage((message, failed) -> {
					}))
			.stream()
			.map((analyzer) -> analyzer.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseThrow(() -> new AssertionError("No analyzer knows this failure", failure));
	}

	private List<Path> filesInDirectory() throws IOException {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.toList();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(DuctworksAutoConfiguration.class)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(SslAutoConfiguration.class)
	static class Bundles {

	}

	@Configuration(proxyBeanMethods = false)
	static class NoName {

		@Bean
		DuctBuilderCustomizer nameless() {
			return (name, builder) -> builder.name(" ");
		}

	}

	static class Stock {

		@DuctListener("stock")
		void take(String message) {
		}

	}

	static class TwoListeners {

		@DuctListener("orders")
		void one(String message) {
		}

		@DuctListener("orders")
		void two(String message) {
		}

	}

	static class TwoPayloads {

		@DuctListener("orders")
		void take(String message, Map<String, Object> other) {
		}

	}

	static class Validates {

		@DuctListener("orders")
		void take(@Validated Map<String, Object> message) {
		}

	}

	static class ReturnsFuture {

		@DuctListener("orders")
		Future<String> take(String message) {
			return CompletableFuture.completedFuture(message);
		}

	}

	static class ReturnsPublisher {

		@DuctListener("orders")
		Flow.Publisher<String> take(String message) {
			throw new DuctSetupException("not called", "", null);
		}

	}

	static class FailsLate implements SmartLifecycle {

		@Override
		public void start() {
			throw new IllegalStateException("on purpose");
		}

		@Override
		public void stop() {
		}

		@Override
		public boolean isRunning() {
			return false;
		}

	}

}
