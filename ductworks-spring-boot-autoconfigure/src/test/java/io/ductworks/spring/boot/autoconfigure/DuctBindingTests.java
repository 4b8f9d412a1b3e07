package io.ductworks.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import io.ductworks.message.Accept;
import io.ductworks.message.Backoff;
import io.ductworks.message.DuctBuilder;
import io.ductworks.message.DuctObserver;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.WhenDisconnected;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.DuctEvent;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.metrics.DuctMeters;
import io.ductworks.spring.listener.DuctListener;
import io.ductworks.transport.DuctAddress;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.actuate.context.properties.ConfigurationPropertiesReportEndpoint;
import org.springframework.boot.actuate.endpoint.Show;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.test.context.DynamicPropertyRegistrar;
import org.springframework.test.context.support.DynamicPropertyRegistrarBeanInitializer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How settings become ducts, and what an application may bring along itself.
 */
@ExtendWith(NothingLeftBehind.class)
class DuctBindingTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class));

	/**
	 * A container that a test starts knows its port when it runs, not before.
	 */
	@Test
	void addressWhenARegistrarBringsItThenIsUsed() {
		String address = Peers.freshAddress();
		this.runner.withBean(DynamicPropertyRegistrarBeanInitializer.class)
			.withBean(DynamicPropertyRegistrar.class, () -> (registry) -> registry.add("orders.address", () -> address))
			.withPropertyValues("ductworks.parent.orders.address=${orders.address}")
			.run((context) -> assertThat(context.getBean(MessageDuctParent.class).listenerAddress())
				.hasToString(address));
	}

	@Test
	void namesWhenReadThenNoValueIsLookedAt() {
		MockEnvironment environment = new MockEnvironment()
			.withProperty("ductworks.parent.order-events.address", "${NOT_KNOWN_YET}")
			.withProperty("ductworks.child.billing.max-frame-size", "none");
		assertThat(DuctNames.of(environment)).isEqualTo(new DuctNames(Set.of("order-events"), Set.of("billing")));
	}

	@Test
	void propertiesWhenReportedThenHaveTheDefaults() {
		this.runner
			.withBean(ConfigurationPropertiesReportEndpoint.class,
					() -> new ConfigurationPropertiesReportEndpoint(List.of(), Show.ALWAYS))
			.withPropertyValues("ductworks.defaults.max-frame-size=64KB",
					"ductworks.parent.orders.pseudo-anonymous=true", "ductworks.parent.orders.max-children=3")
			.run((context) -> {
				Map<?, ?> parents = context.getBean(ConfigurationPropertiesReportEndpoint.class)
					.configurationPropertiesWithPrefix("ductworks")
					.getContexts()
					.values()
					.stream()
					.flatMap((reported) -> reported.getBeans().values().stream())
					.map((bean) -> (Map<?, ?>) bean.getProperties().get("parent"))
					.findFirst()
					.orElseThrow();
				assertThat(parents.get("orders")).asInstanceOf(InstanceOfAssertFactories.MAP)
					.containsEntry("maxFrameSize", "65536B")
					.containsEntry("maxChildren", 3);
			});
	}

	/**
	 * Kubernetes sets such variables for a service called ductworks-parent.
	 */
	@Test
	void variableWhenItIsNoPropertyOfADuctThenIsLeftAlone() {
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("systemEnvironment",
						Map.of("DUCTWORKS_PARENT_PORT", "tcp://10.0.0.7:80", "DUCTWORKS_PARENT_PORT_80_TCP_ADDR",
								"10.0.0.7", "DUCTWORKS_PARENT_SERVICE_HOST", "10.0.0.7",
								"DUCTWORKS_PARENT_STOCK_PSEUDOANONYMOUS", "true"))))
			.withPropertyValues("ductworks.parent.orders.pseudo-anonymous=true")
			.run((context) -> assertThat(context.getBean(DuctRegistry.class).names()).containsExactly("orders",
					"stock"));
	}

	@Test
	void addressWhenEmptyThenPseudoAnonymousHolds() {
		this.runner
			.withPropertyValues("ductworks.parent.orders.address=", "ductworks.parent.orders.pseudo-anonymous=true")
			.run((context) -> assertThat(context.getBean(MessageDuctParent.class).listenerAddress())
				.isInstanceOf(DuctAddress.Unix.class));
	}

	@Test
	void settingWhenEmptyThenTakesBackWhatWouldHaveNoEffect() {
		this.runner
			.withPropertyValues("ductworks.parent.orders.pseudo-anonymous=true", "ductworks.parent.orders.ssl.bundle=",
					"ductworks.parent.orders.allowed-subjects=")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void beanWhenAskedWhereItComesFromThenNamesItsProperty() {
		this.runner.withPropertyValues("ductworks.parent.orders.pseudo-anonymous=true")
			.run((context) -> assertThat(
					context.getSourceApplicationContext().getBeanFactory().getBeanDefinition("ordersDuct"))
				.hasFieldOrPropertyWithValue("resourceDescription", "the property ductworks.parent.orders"));
	}

	@Test
	void connectionDetailsWhenTheyKnowADuctThenItIsThere() {
		String address = Peers.freshAddress();
		this.runner
			.withBean(DuctConnectionDetails.class,
					() -> (duct) -> duct.equals("orders") ? DuctAddress.parse(address) : null)
			.withPropertyValues("ductworks.parent.orders.address=tcp://0.0.0.0:0",
					"ductworks.parent.orders.ssl.bundle=production", "ductworks.parent.orders.allowed-subjects=CN=shop",
					"ductworks.parent.stock.pseudo-anonymous=true")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean("ordersDuct", MessageDuctParent.class).listenerAddress())
					.hasToString(address);
				assertThat(context.getBean("stockDuct", MessageDuctParent.class).listenerAddress())
					.isInstanceOf(DuctAddress.Unix.class);
			});
	}

	/**
	 * What has to be told again when a peer comes back is told by an observer that has
	 * the duct.
	 */
	@Test
	void observerWhenItHasADuctInjectedThenIsTold() {
		this.runner.withUserConfiguration(Resync.class)
			.withPropertyValues("ductworks.parent.orders.pseudo-anonymous=true")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				try (MessageDuctChild child = Peers.childOf(context, "orders")) {
					Peers.eventually()
						.untilAsserted(() -> assertThat(context.getBean(Resync.class).connected)
							.containsExactly("ordersDuct"));
				}
			});
	}

	@Test
	void customizerWhenItHasADuctInjectedThenIsCalledForTheOthers() {
		this.runner.withUserConfiguration(LimitAsBilling.class)
			.withPropertyValues("ductworks.parent.orders.pseudo-anonymous=true",
					"ductworks.parent.stock.pseudo-anonymous=true",
					"ductworks.child.billing.address=" + Peers.freshAddress())
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(LimitAsBilling.class).called).containsExactlyInAnyOrder("orders", "stock");
			});
	}

	@Test
	void ductWhenABeanOfTheApplicationsOwnThenIsTreatedLikeAConfiguredOne() {
		String address = Peers.freshAddress();
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class,
					DuctMetricsAutoConfiguration.class, DuctHealthAutoConfiguration.class))
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withUserConfiguration(OwnDucts.class)
			.withPropertyValues("own.address=" + address)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(DuctRegistry.class).names()).containsExactly("mirror", "own");
				MessageDuctChild mirror = context.getBean("mirror", MessageDuctChild.class);
				assertThat(mirror.request("nail", String.class)).isEqualTo("nail");
				context.getBean(DuctMeters.class).bindTo(context.getBean(MeterRegistry.class));
				assertThat(context.getBean(MeterRegistry.class).get("ductworks.messages").tag("duct", "own").meters())
					.isNotEmpty();
				assertThat(context.getBean("ductsHealthContributor", CompositeHealthContributor.class).stream())
					.extracting(CompositeHealthContributor.Entry::name)
					.containsExactly("mirror", "own");
				Peers.eventually()
					.untilAsserted(() -> assertThat(context.getBean(OwnDucts.class).events).contains("own", "mirror"));
			});
	}

	@Test
	void ductWhenABeanOfTheApplicationsOwnHasTheNameOfAnotherThenContextFails() {
		this.runner
			.withBean("mine", MessageDuctParent.class,
					() -> MessageDuctParent.builder().name("orders").address(Peers.freshAddress()).build())
			.withPropertyValues("ductworks.parent.orders.pseudo-anonymous=true")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(DuctSetupException.class)
				.hasMessageContainingAll("The bean 'mine'", "named 'orders'"));
	}

	@Test
	void ductWhenABeanOfTheApplicationsOwnIsOpenAlreadyThenContextFails() {
		this.runner.withBean(MessageDuctParent.class, () -> {
			MessageDuctParent parent = MessageDuctParent.builder().name("own").address(Peers.freshAddress()).build();
			parent.bind();
			return parent;
		})
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.satisfies((failure) -> assertThat(failure).hasMessageContaining("is open already")));
	}

	/**
	 * An application that closes a child means it.
	 */
	@Test
	void childWhenTheApplicationClosesItThenIsNotConnectedAgain() {
		String address = Peers.freshAddress();
		try (MessageDuctParent parent = Peers.parentAt(address)) {
			this.runner.withPropertyValues("ductworks.child.billing.address=" + address,
					"ductworks.child.billing.connect.startup=fail", "ductworks.child.billing.connect.retry.delay=1ms")
				.run((context) -> {
					MessageDuctChild child = context.getBean(MessageDuctChild.class);
					Peers.eventually().until(parent::isConnected);
					child.close();
					Peers.eventually().until(() -> !parent.isConnected());
					long connected = parent.statistics().connectionsOpened();
					Peers.eventually()
						.during(Duration.ofMillis(300))
						.until(() -> parent.statistics().connectionsOpened() == connected);
				});
		}
	}

	@Test
	void ductWhenWantedAndNotThereThenFailureNamesThoseThereAre() {
		FailureAnalysis analysis = analyze(MessageDuctChild.class, "ductworks.child.billing-events.address",
				"ductworks.parent.orders.address");
		assertThat(analysis.getDescription()).contains("MessageDuctChild");
		assertThat(analysis.getAction())
			.contains("billingEventsDuct (child 'billing-events')", "@Qualifier", "ductworks.child.<name>.address")
			.doesNotContain("orders");
	}

	@Test
	void ductWhenWantedAndNoneIsConfiguredThenFailureSaysHow() {
		FailureAnalysis analysis = analyze(MessageDuctParent.class);
		assertThat(analysis.getAction()).isEqualTo("Configure ductworks.parent.<name>.address; none is configured.");
	}

	@Test
	void beanWhenItIsNoDuctThenIsLeftToOthers() {
		assertThat(new NoDuctFailureAnalyzer(new MockEnvironment())
			.analyze(new NoSuchBeanDefinitionException(String.class))).isNull();
	}

	private static FailureAnalysis analyze(Class<?> wanted, String... keys) {
		MockEnvironment environment = new MockEnvironment();
		for (String key : keys) {
			environment.setProperty(key, "inproc:x");
		}
		FailureAnalysis analysis = new NoDuctFailureAnalyzer(environment)
			.analyze(new NoSuchBeanDefinitionException(wanted));
		assertThat(analysis).isNotNull();
		return analysis;
	}

	@Configuration(proxyBeanMethods = false)
	static class Resync implements DuctObserver {

		private final List<String> connected = new CopyOnWriteArrayList<>();

		private final MessageDuctParent ordersDuct;

		Resync(MessageDuctParent ordersDuct) {
			this.ordersDuct = ordersDuct;
		}

		@Override
		public void connected(MessageDuct duct, MessageDuct connection) {
			this.connected.add((duct == this.ordersDuct) ? "ordersDuct" : "another");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LimitAsBilling implements DuctBuilderCustomizer {

		private final List<String> called = new CopyOnWriteArrayList<>();

		LimitAsBilling(MessageDuctChild billingDuct) {
			assertThat(billingDuct.name()).isEqualTo("billing");
		}

		@Override
		public void customize(String name, DuctBuilder<?> builder) {
			this.called.add(name);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDucts {

		private final List<String> events = new CopyOnWriteArrayList<>();

		@Bean
		MessageDuctParent own(@Value("${own.address}") String address) {
			return MessageDuctParent.builder().name("own").address(address).accept(Accept.MANY).build();
		}

		@Bean
		MessageDuctChild mirror(@Value("${own.address}") String address) {
			return MessageDuctChild.builder()
				.name("mirror")
				.address(address)
				.whenDisconnected(WhenDisconnected.WAIT)
				.reconnect(new Backoff(Duration.ofMillis(10), 2, Duration.ofSeconds(1)))
				.build();
		}

		@DuctListener("own")
		String echo(String text) {
			return text;
		}

		@EventListener
		void on(DuctEvent.Connected event) {
			this.events.add(event.duct().name());
		}

	}

}
