package io.ductworks.spring.boot.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;

import io.ductworks.CloseReason;
import io.ductworks.MessageCodecException;
import io.ductworks.codec.MessageCodec;
import io.ductworks.message.Accept;
import io.ductworks.message.Backoff;
import io.ductworks.message.DuctObserver;
import io.ductworks.message.IdleStrategy;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.WhenDisconnected;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.listener.DuctListenerProcessor;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.messaging.Message;
import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(NothingLeftBehind.class)
class DuctworksAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class));

	@Test
	void contextWhenNothingIsConfiguredThenHasNoDuctAndNoThread() {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed().doesNotHaveBean(MessageDuct.class);
			assertThat(context.getBean(DuctRegistry.class).names()).isEmpty();
			assertThat(Thread.getAllStackTraces().keySet()).noneMatch((thread) -> thread.getName().startsWith("duct-"));
		});
	}

	@Test
	void autoConfigurationWhenLookedForThenIsListed() {
		this.runner
			.run((context) -> assertThat(ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader()))
				.contains(DuctworksAutoConfiguration.class.getName()));
	}

	@Test
	void ductWhenConfiguredThenIsABeanNamedAfterIt() {
		this.runner
			.withPropertyValues("ductworks.parent.orders.pseudo-anonymous=true",
					"ductworks.parent.order-events.address=" + Peers.freshAddress(),
					"ductworks.child.a-2-b.address=" + Peers.freshAddress())
			.run((context) -> {
				assertThat(context).getBean("ordersDuct", MessageDuctParent.class)
					.extracting(MessageDuct::name)
					.isEqualTo("orders");
				assertThat(context).getBean("orderEventsDuct", MessageDuctParent.class)
					.extracting(MessageDuct::name)
					.isEqualTo("order-events");
				assertThat(context).getBean("a2BDuct", MessageDuctChild.class)
					.extracting(MessageDuct::name)
					.isEqualTo("a-2-b");
			});
	}

	@Test
	void ductWhenTheOnlyOneThenIsInjectedByType() {
		this.runner.withPropertyValues("ductworks.parent.orders.pseudo-anonymous=true")
			.withUserConfiguration(ByType.class)
			.run((context) -> assertThat(context.getBean(Injected.class).ducts())
				.containsExactly(context.getBean("ordersDuct", MessageDuct.class)));
	}

	@Test
	void ductWhenOneOfSeveralThenIsInjectedByParameterNameOrQualifier() {
		this.runner
			.withPropertyValues("ductworks.parent.orders.pseudo-anonymous=true",
					"ductworks.parent.order-events.pseudo-anonymous=true",
					"ductworks.child.billing.address=" + Peers.freshAddress())
			.withUserConfiguration(ByName.class)
			.run((context) -> assertThat(context.getBean(Injected.class).ducts()).extracting(MessageDuct::name)
				.containsExactly("orders", "order-events", "billing"));
	}

	@Test
	void registryWhenAskedForANameThenHasTheBean() {
		this.runner
			.withPropertyValues("ductworks.parent.orders.pseudo-anonymous=true",
					"ductworks.child.billing.address=" + Peers.freshAddress())
			.run((context) -> {
				DuctRegistry registry = context.getBean(DuctRegistry.class);
				assertThat(registry.get("orders")).isSameAs(context.getBean("ordersDuct"));
				assertThat(registry.get("billing")).isSameAs(context.getBean("billingDuct"));
				assertThat(registry.names()).containsExactly("billing", "orders");
				assertThat(registry.find("stock")).isNull();
				assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> registry.get("stock"))
					.withMessageContainingAll("'stock'", "billing", "orders");
			});
	}

	@Test
	void ductWhenNothingIsSetThenHasTheDefaults() {
		this.runner
			.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress(),
					"ductworks.child.billing.address=" + Peers.freshAddress())
			.run((context) -> {
				assertThat(options(context, "orders")).hasFieldOrPropertyWithValue("accept", Accept.MANY)
					.hasFieldOrPropertyWithValue("maxChildren", 256);
				assertThat(options(context, "billing"))
					.hasFieldOrPropertyWithValue("connectTimeout", Duration.ofSeconds(5))
					.hasFieldOrPropertyWithValue("reconnect",
							new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(1)));
				for (String name : List.of("orders", "billing")) {
					assertThat(options(context, name)).hasFieldOrPropertyWithValue("maxFrameSize", 4 * 1024 * 1024)
						.hasFieldOrPropertyWithValue("sendTimeout", Duration.ofSeconds(10))
						.hasFieldOrPropertyWithValue("requestTimeout", Duration.ofSeconds(10))
						.hasFieldOrPropertyWithValue("receiveTimeout", Duration.ofSeconds(30))
						.hasFieldOrPropertyWithValue("closeTimeout", Duration.ofSeconds(2))
						.hasFieldOrPropertyWithValue("frameTimeout", Duration.ofSeconds(10))
						.hasFieldOrPropertyWithValue("whenDisconnected", WhenDisconnected.WAIT)
						.hasFieldOrPropertyWithValue("disconnectedGrace", Duration.ofSeconds(10))
						.hasFieldOrPropertyWithValue("idleStrategy", IdleStrategy.block());
				}
			});
	}

	@Test
	void socketFileWhenPermissionsAndGroupAreSetThenHasThem(@TempDir Path directory) throws Exception {
		Path file = directory.resolve("orders.sock");
		Files.createFile(directory.resolve("other"));
		String group = String.valueOf(Files.getAttribute(directory.resolve("other"), "unix:gid"));
		this.runner
			.withPropertyValues("ductworks.parent.orders.address=unix:" + file,
					"ductworks.parent.orders.permissions=rw-rw----", "ductworks.parent.orders.group=" + group,
					"ductworks.parent.orders.allowed-groups=" + group)
			.run((context) -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
				.isEqualTo("rw-rw----"));
	}

	@Test
	void peersWhenOthersAreAllowedThenTheOwnUserIsRefused() {
		this.runner
			.withPropertyValues("ductworks.parent.orders.pseudo-anonymous=true",
					"ductworks.parent.orders.allowed-users=54321,54322")
			.run((context) -> {
				MessageDuctParent parent = context.getBean(MessageDuctParent.class);
				try (MessageDuctChild child = Peers.childOf(parent)) {
					Peers.eventually()
						.until(() -> parent.statistics().connectionsClosed(CloseReason.UNAUTHORISED) == 1);
					Peers.eventually().until(() -> !child.isConnected());
				}
			});
	}

	@Test
	void defaultsWhenSetThenHoldForAllDuctsThatSetNothing() {
		this.runner
			.withPropertyValues("ductworks.defaults.accept=again", "ductworks.defaults.max-children=7",
					"ductworks.defaults.max-frame-size=1KB", "ductworks.defaults.send-timeout=1s",
					"ductworks.defaults.request-timeout=2s", "ductworks.defaults.receive-timeout=3s",
					"ductworks.defaults.close-timeout=4s", "ductworks.defaults.disconnected-grace=12s",
					"ductworks.defaults.disconnected=fail", "ductworks.defaults.handshake-timeout=5s",
					"ductworks.parent.events.handshake-timeout=9s", "ductworks.defaults.connect.timeout=6s",
					"ductworks.defaults.connect.retry.max-delay=7s",
					"ductworks.parent.orders.address=" + Peers.freshAddress(),
					"ductworks.parent.events.address=" + Peers.freshAddress(), "ductworks.parent.events.accept=many",
					"ductworks.parent.events.send-timeout=11s", "ductworks.parent.events.max-frame-size=2KB",
					"ductworks.child.billing.address=" + Peers.freshAddress(),
					"ductworks.child.stock.address=" + Peers.freshAddress(), "ductworks.child.stock.connect.timeout=8s",
					"ductworks.child.stock.disconnected=wait", "ductworks.defaults.idle-strategy=adaptive",
					"ductworks.child.stock.idle-strategy=spin:20us")
			.run((context) -> {
				for (String name : List.of("orders", "billing")) {
					assertThat(options(context, name)).hasFieldOrPropertyWithValue("maxFrameSize", 1024)
						.hasFieldOrPropertyWithValue("sendTimeout", Duration.ofSeconds(1))
						.hasFieldOrPropertyWithValue("requestTimeout", Duration.ofSeconds(2))
						.hasFieldOrPropertyWithValue("receiveTimeout", Duration.ofSeconds(3))
						.hasFieldOrPropertyWithValue("closeTimeout", Duration.ofSeconds(4))
						.hasFieldOrPropertyWithValue("whenDisconnected", WhenDisconnected.FAIL)
						.hasFieldOrPropertyWithValue("disconnectedGrace", Duration.ofSeconds(12))
						.extracting("idleStrategy")
						.hasToString("adaptive:50us");
				}
				assertThat(options(context, "stock")).extracting("idleStrategy").hasToString("spin:20us");
				assertThat(options(context, "orders")).hasFieldOrPropertyWithValue("accept", Accept.AGAIN)
					.hasFieldOrPropertyWithValue("handshakeTimeout", Duration.ofSeconds(5));
				assertThat(options(context, "events")).hasFieldOrPropertyWithValue("accept", Accept.MANY)
					.hasFieldOrPropertyWithValue("maxChildren", 7)
					.hasFieldOrPropertyWithValue("handshakeTimeout", Duration.ofSeconds(9))
					.hasFieldOrPropertyWithValue("maxFrameSize", 2048)
					.hasFieldOrPropertyWithValue("sendTimeout", Duration.ofSeconds(11))
					.hasFieldOrPropertyWithValue("requestTimeout", Duration.ofSeconds(2));
				assertThat(options(context, "billing")).hasFieldOrPropertyWithValue("connectTimeout",
						Duration.ofSeconds(6));
				assertThat(options(context, "stock"))
					.hasFieldOrPropertyWithValue("connectTimeout", Duration.ofSeconds(8))
					.hasFieldOrPropertyWithValue("whenDisconnected", WhenDisconnected.WAIT);
				assertThat(context.getBean(DuctworksProperties.class).getChild().get("stock").getConnect().getRetry())
					.hasFieldOrPropertyWithValue("maxDelay", Duration.ofSeconds(7))
					.hasFieldOrPropertyWithValue("delay", Duration.ofMillis(100));
			});
	}

	@Test
	void parentWhenPseudoAnonymousThenHasAFreshPathOfItsOwn() {
		this.runner
			.withPropertyValues("ductworks.parent.one.pseudo-anonymous=true",
					"ductworks.parent.two.pseudo-anonymous=true")
			.run((context) -> {
				DuctAddress one = context.getBean("oneDuct", MessageDuctParent.class).listenerAddress();
				DuctAddress two = context.getBean("twoDuct", MessageDuctParent.class).listenerAddress();
				assertThat(one).isInstanceOf(DuctAddress.Unix.class).isNotEqualTo(two);
				assertThat(((DuctAddress.Unix) one).path()).exists();
			});
	}

	@Test
	void parentWhenPortIsZeroThenTakesAFreeOneForEach() {
		this.runner
			.withPropertyValues("ductworks.parent.one.address=tcp://localhost:0",
					"ductworks.parent.two.address=tcp://localhost:0")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean("oneDuct", MessageDuctParent.class).listenerAddress())
					.isNotEqualTo(context.getBean("twoDuct", MessageDuctParent.class).listenerAddress());
			});
	}

	@Test
	void codecWhenTextThenStringsGoAsTheyAre() {
		this.runner
			.withPropertyValues("ductworks.parent.lines.address=" + Peers.freshAddress(),
					"ductworks.parent.lines.codec=text")
			.run((context) -> {
				MessageDuctParent parent = context.getBean("linesDuct", MessageDuctParent.class);
				try (MessageDuctChild child = rawChild(parent)) {
					child.send("grüß dich".getBytes(StandardCharsets.UTF_8));
					assertThat(parent.recv()).isEqualTo("grüß dich");
				}
			});
	}

	@Test
	void codecWhenBytesThenPayloadsGoAsTheyAre() {
		this.runner
			.withPropertyValues("ductworks.parent.raw.address=" + Peers.freshAddress(),
					"ductworks.parent.raw.codec=bytes")
			.run((context) -> {
				MessageDuctParent parent = context.getBean("rawDuct", MessageDuctParent.class);
				try (MessageDuctChild child = rawChild(parent)) {
					byte[] payload = { 0, -1, 84, 10 };
					child.send(payload);
					assertThat(parent.recv(byte[].class)).isEqualTo(payload);
				}
			});
	}

	@Test
	void jsonWhenTheApplicationHasAMapperThenIsMappedByIt() {
		this.runner
			.withPropertyValues("spring.jackson.property-naming-strategy=SNAKE_CASE",
					"ductworks.parent.orders.address=" + Peers.freshAddress())
			.run(DuctworksAutoConfigurationTests::assertSnakeCaseAndNaN);
	}

	@Test
	void jsonWhenTheApplicationHasAMapperBeanOfItsOwnThenIsMappedByIt() {
		this.runner.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress())
			.withBean(JsonMapper.class,
					() -> JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build())
			.run(DuctworksAutoConfigurationTests::assertSnakeCaseAndNaN);
	}

	private static void assertSnakeCaseAndNaN(ApplicationContext context) {
		MessageDuctParent parent = context.getBean("ordersDuct", MessageDuctParent.class);
		try (MessageDuctChild child = Peers.childOf(parent); MessageDuctChild raw = rawChild(parent)) {
			Peers.eventually().until(() -> parent.children().size() == 2);
			parent.send(new Measurement("a", Double.NaN));
			assertThat(child.recv()).isEqualTo(Map.of("sensor_name", "a", "last_value", Double.NaN));
			assertThat(raw.recv(byte[].class)).asString()
				.contains("\"sensor_name\":\"a\"", "\"last_value\":NaN")
				.doesNotContain("\"NaN\"");
			child.send(Map.of("sensor_name", "b", "last_value", Double.NaN));
			assertThat(parent.recv(Measurement.class)).isEqualTo(new Measurement("b", Double.NaN));
		}
	}

	@Test
	void jsonWhenThereIsNoMapperThenIsMappedByOurOwn() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class))
			.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress())
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(JsonMapper.class);
				MessageDuctParent parent = context.getBean("ordersDuct", MessageDuctParent.class);
				try (MessageDuctChild child = Peers.childOf(parent)) {
					child.send(Map.of("sensorName", "b", "lastValue", 1.5));
					assertThat(parent.recv(Measurement.class)).isEqualTo(new Measurement("b", 1.5));
				}
			});
	}

	@Test
	void maxFrameSizeWhenExceededThenMessageIsNotSent() {
		this.runner
			.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress(),
					"ductworks.parent.orders.max-frame-size=16B")
			.run((context) -> {
				MessageDuctParent parent = context.getBean("ordersDuct", MessageDuctParent.class);
				try (MessageDuctChild child = Peers.childOf(parent)) {
					Peers.eventually().until(parent::isConnected);
					assertThatExceptionOfType(MessageCodecException.class).isThrownBy(() -> parent.send("x".repeat(15)))
						.withMessageContaining("16");
					parent.send("x".repeat(14));
					assertThat(child.recv()).isEqualTo("x".repeat(14));
				}
			});
	}

	@Test
	void observersWhenBeansThenAllAreTold() {
		this.runner.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress())
			.withUserConfiguration(Observers.class)
			.run((context) -> Peers.eventually()
				.untilAsserted(() -> assertThat(context.getBean(Told.class).what())
					.containsExactlyInAnyOrder("first orders", "second orders")));
	}

	@Test
	void customizersWhenBeansThenAreCalledInTheirOrderAfterTheProperties() {
		this.runner.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress(),
				"ductworks.parent.orders.request-timeout=1s", "ductworks.child.billing.address=" + Peers.freshAddress())
			.withUserConfiguration(Customizers.class)
			.run((context) -> {
				assertThat(context.getBean(Told.class).what()).containsExactlyInAnyOrder("first orders",
						"second orders", "first billing", "second billing");
				assertThat(context.getBean("ordersDuct", MessageDuct.class).requestTimeout())
					.isEqualTo(Duration.ofSeconds(22));
			});
	}

	@Test
	void contextWhenThereIsNoSpringMessagingThenHasDuctsAndNoListeners() {
		this.runner.withClassLoader(new FilteredClassLoader(Message.class.getPackageName()))
			.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress())
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(DuctListenerProcessor.class);
				MessageDuctParent parent = context.getBean("ordersDuct", MessageDuctParent.class);
				try (MessageDuctChild child = Peers.childOf(parent)) {
					child.send("hello");
					assertThat(parent.recv()).isEqualTo("hello");
				}
			});
	}

	@Test
	void contextWhenInitializedLazilyThenOpensItsDucts() {
		this.runner
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress())
			.run((context) -> {
				MessageDuctParent parent = context.getBean("ordersDuct", MessageDuctParent.class);
				try (MessageDuctChild child = Peers.childOf(parent)) {
					child.send("hello");
					assertThat(parent.recv()).isEqualTo("hello");
				}
			});
	}

	@Test
	void defaultsWhenSetByEnvironmentVariableThenHold() {
		this.runner.withInitializer((context) -> context.getEnvironment()
			.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("systemEnvironment", Map.of("DUCTWORKS_DEFAULTS_MAXCHILDREN",
					"3", "DUCTWORKS_HOME", "/opt/ductworks", "DUCTWORKS_PARENT_ORDERS_ADDRESS", Peers.freshAddress()))))
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(options(context, "orders")).hasFieldOrPropertyWithValue("maxChildren", 3);
			});
	}

	@Test
	void ductWhenItsNameHasAHyphenThenAnEnvironmentVariableOverridesIt() {
		this.runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("systemEnvironment",
						Map.of("DUCTWORKS_PARENT_ORDEREVENTS_MAXCHILDREN", "3"))))
			.withPropertyValues("ductworks.parent.order-events.address=" + Peers.freshAddress())
			.run((context) -> {
				assertThat(context.getBean(DuctRegistry.class).names()).containsExactly("order-events");
				assertThat(options(context, "order-events")).hasFieldOrPropertyWithValue("maxChildren", 3);
			});
	}

	private static MessageDuctChild rawChild(MessageDuctParent parent) {
		MessageDuctChild child = MessageDuctChild.builder()
			.address(parent.listenerAddress())
			.codec(MessageCodec.bytes())
			.build();
		child.connect();
		return child;
	}

	private static Object options(ApplicationContext context, String duct) {
		Object options = ReflectionTestUtils.invokeMethod(context.getBean(DuctRegistry.class).get(duct), "options");
		assertThat(options).isNotNull();
		return options;
	}

	record Measurement(String sensorName, double lastValue) {
	}

	record Injected(List<MessageDuct> ducts) {
	}

	record Told(List<String> what) {
	}

	@Configuration(proxyBeanMethods = false)
	static class ByType {

		@Bean
		Injected injected(MessageDuctParent anyName) {
			return new Injected(List.of(anyName));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ByName {

		@Bean
		Injected injected(MessageDuctParent ordersDuct, @Qualifier("orderEventsDuct") MessageDuct events,
				MessageDuctChild billing) {
			return new Injected(List.of(ordersDuct, events, billing));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Observers {

		@Bean
		Told told() {
			return new Told(new CopyOnWriteArrayList<>());
		}

		@Bean
		DuctObserver second(Told told) {
			return observer("second", told);
		}

		@Bean
		DuctObserver first(Told told) {
			return observer("first", told);
		}

		private static DuctObserver observer(String name, Told told) {
			return new DuctObserver() {

				@Override
				public void bound(MessageDuct duct, DuctAddress address) {
					told.what().add(name + " " + duct.name());
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		@Bean
		Told told() {
			return new Told(new CopyOnWriteArrayList<>());
		}

		@Bean
		@Order(2)
		DuctBuilderCustomizer second(Told told) {
			return (name, builder) -> {
				assertThat(told.what()).contains("first " + name);
				told.what().add("second " + name);
				builder.requestTimeout(Duration.ofSeconds(22));
			};
		}

		@Bean
		@Order(1)
		DuctBuilderCustomizer first(Told told) {
			return (name, builder) -> {
				told.what().add("first " + name);
				builder.requestTimeout(Duration.ofSeconds(11));
			};
		}

	}

}
