package io.ductworks.spring.boot.endpoint;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.ductworks.DuctTimeoutException;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctEndpointAutoConfiguration;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import io.ductworks.spring.boot.endpoint.DuctsEndpoint.ConnectionDescriptor;
import io.ductworks.spring.boot.endpoint.DuctsEndpoint.DuctDescriptor;
import io.ductworks.spring.listener.DuctListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.endpoint.jackson.EndpointJsonMapper;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportSelector;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.type.AnnotationMetadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class DuctEndpointTests {

	private static final String CANARY = "canary-in-a-payload";

	private final ApplicationContextRunner notExposed = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, DuctEndpointAutoConfiguration.class,
				JacksonEndpointAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.pseudo-anonymous=true")
		.withUserConfiguration(Echo.class);

	private final ApplicationContextRunner runner = this.notExposed
		.withPropertyValues("management.endpoints.web.exposure.include=ducts");

	private static DuctDescriptor duct(ApplicationContext context, String name) {
		return context.getBean(DuctsEndpoint.class).duct(name);
	}

	private static JsonNode json(ApplicationContext context, Object descriptor) {
		return context.getBean(EndpointJsonMapper.class).get().valueToTree(descriptor);
	}

	@Test
	void autoConfigurationWhenLookedForThenIsListed() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader()))
			.contains(DuctEndpointAutoConfiguration.class.getName());
	}

	@Test
	void o8DuctsWhenAParentHasChildrenThenShowsEachConnection() {
		this.runner.run((context) -> {
			MessageDuctParent parent = context.getBean(MessageDuctParent.class);
			try (MessageDuctChild first = Peers.childOf(context, "orders");
					MessageDuctChild second = Peers.childOf(context, "orders")) {
				first.request(CANARY, String.class);
				second.request(CANARY, String.class);
				second.request(CANARY, String.class);
				Peers.eventually().until(() -> parent.statistics().outboundPending() == 0);

				DuctDescriptor orders = duct(context, "orders");
				assertThat(orders.role()).isEqualTo("parent");
				assertThat(orders.protocol()).isEqualTo("bare");
				assertThat(orders.address()).isEqualTo(parent.listenerAddress().toString());
				assertThat(orders.state()).isEqualTo("listening");
				assertThat(orders.statistics().messagesReceived()).isEqualTo(3);
				assertThat(orders.statistics().messagesSent()).isEqualTo(3);
				assertThat(orders.statistics().connectionsOpened()).isEqualTo(2);
				assertThat(orders.connections()).extracting(ConnectionDescriptor::number).containsExactly(1, 2);
				assertThat(orders.connections()).extracting(ConnectionDescriptor::peer)
					.containsOnly(System.getProperty("user.name"));
				assertThat(orders.connections()).extracting(ConnectionDescriptor::messagesReceived)
					.containsExactly(1L, 2L);
				assertThat(orders.connections()).extracting(ConnectionDescriptor::messagesSent).containsExactly(1L, 2L);
				assertThat(orders.connections()).extracting(ConnectionDescriptor::outboundPending).containsOnly(0);
				assertThat(orders.connections())
					.allSatisfy((connection) -> assertThat(connection.age()).isGreaterThan(Duration.ZERO));
			}
			Peers.eventually().until(() -> duct(context, "orders").connections().isEmpty());
			assertThat(duct(context, "orders").statistics().connectionsClosed()).containsOnlyKeys("peer-closed");
			parent.close();
			assertThat(duct(context, "orders").state()).isEqualTo("closed");
		});
	}

	@Test
	void o8DuctsWhenAChildConnectsThenShowsItsAttempts() {
		String address = Peers.freshAddress();
		this.runner.withPropertyValues("ductworks.child.billing.address=" + address).run((context) -> {
			Peers.eventually().until(() -> duct(context, "billing").statistics().connectsFailed() > 0);
			assertThat(duct(context, "billing").state()).isEqualTo("disconnected");
			assertThat(duct(context, "billing").connections()).isEmpty();
			try (MessageDuctParent parent = Peers.parentAt(address,
					(settings) -> settings.handler((from, message) -> from.send("ok")))) {
				assertThat(parent.isListening()).isTrue();
				context.getBean(MessageDuctChild.class).request("x", String.class);
				Peers.eventually().until(() -> duct(context, "billing").statistics().connectsSucceeded() == 1);

				DuctDescriptor billing = duct(context, "billing");
				assertThat(billing.role()).isEqualTo("child");
				assertThat(billing.address()).isEqualTo(address);
				assertThat(billing.state()).isEqualTo("connected");
				assertThat(billing.statistics().requests()).containsOnlyKeys("success");
				assertThat(billing.connections()).singleElement()
					.satisfies((connection) -> assertThat(connection.peer()).isNull());
				assertThat(json(context, billing).at("/connections/0").has("peer")).isFalse();
			}
		});
	}

	@Test
	void o8DuctsWhenAChildComesOverTcpThenShowsFromWhere() {
		this.runner.withPropertyValues("ductworks.parent.invoices.address=tcp://127.0.0.1:0").run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "invoices")) {
				assertThat(child.isConnected()).isTrue();
				Peers.eventually().until(() -> duct(context, "invoices").connections().size() == 1);

				JsonNode shown = json(context, duct(context, "invoices"));
				assertThat(shown.at("/connections/0/remoteAddress").asString()).matches("127\\.0\\.0\\.1:\\d+");
			}
		});
	}

	@Test
	void o8DuctsWhenRequestsWereRefusedThenCountsThem() {
		this.runner.withPropertyValues("ductworks.parent.orders.mixed-traffic=true").run((context) -> {
			MessageDuctParent parent = context.getBean(MessageDuctParent.class);
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.isConnected()).isTrue();
				Peers.eventually().until(parent::isConnected);
				assertThatExceptionOfType(DuctTimeoutException.class)
					.isThrownBy(() -> parent.request("x", String.class, Duration.ZERO));

				assertThat(duct(context, "orders").statistics().requestsRefused()).isEqualTo(1);
				assertThat(json(context, duct(context, "orders")).path("statistics").has("eventsDropped")).isFalse();
			}
		});
	}

	@Test
	void o8DuctsWhenOneSpeaksJsonRpcThenShowsThatAndTheAnswersToNobody() {
		this.runner
			.withPropertyValues("ductworks.parent.calls.address=" + Peers.freshAddress(),
					"ductworks.parent.calls.protocol=json-rpc")
			.run((context) -> {
				assertThat(duct(context, "calls").protocol()).isEqualTo("json-rpc");
				assertThat(duct(context, "calls").statistics().answersUnmatched()).isNull();
				try (MessageDuctChild child = Peers
					.childOf((MessageDuctParent) context.getBean(DuctRegistry.class).get("calls"))) {
					child.send(Map.of("jsonrpc", "2.0", "id", 7, "result", 1));
					Peers.eventually().until(() -> duct(context, "calls").statistics().answersUnmatched() != null);
					assertThat(duct(context, "calls").statistics().answersUnmatched()).isEqualTo(1);
				}
			});
	}

	@Test
	void o8DuctsWhenAskedForAllThenShowsEachByNameAndNoPayload() {
		this.runner.withPropertyValues("ductworks.parent.invoices.address=" + Peers.freshAddress()).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				child.request(CANARY, String.class);

				JsonNode all = json(context, context.getBean(DuctsEndpoint.class).ducts());
				assertThat(all.path("ducts").propertyNames()).containsExactly("invoices", "orders");
				assertThat(all.toString()).doesNotContain(CANARY);
			}
		});
	}

	@Test
	void o8DuctsWhenAskedForOneThenAnswerHasTheDocumentedShape() {
		this.runner.run((context) -> {
			Peers.childOf(context, "orders").close();
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				child.request(CANARY, String.class);
				Peers.eventually()
					.until(() -> duct(context, "orders").statistics().connectionsClosed().containsKey("peer-closed"));

				JsonNode shown = json(context, duct(context, "orders"));
				assertThat(shape(shown)).isEqualTo(shape(documented()));
				assertThat(Duration.parse(shown.at("/connections/0/age").asString())).isPositive();
			}
		});
	}

	private static JsonNode documented() throws IOException {
		try (InputStream content = new ClassPathResource("ducts.json").getInputStream()) {
			return JsonMapper.shared().readTree(content);
		}
	}

	/**
	 * The path and kind of all that a document holds.
	 */
	private static Set<String> shape(JsonNode node) {
		Set<String> shape = new TreeSet<>();
		addShape("", node, shape);
		return shape;
	}

	private static void addShape(String path, JsonNode node, Set<String> shape) {
		shape.add(path + " " + node.getNodeType());
		node.properties().forEach((property) -> addShape(path + "/" + property.getKey(), property.getValue(), shape));
		for (int i = 0; i < (node.isArray() ? node.size() : 0); i++) {
			addShape(path + "/" + i, node.get(i), shape);
		}
	}

	@Test
	void o8DuctsWhenAskedForOneThatThereIsNotThenIsNull() {
		this.runner.run((context) -> assertThat(duct(context, "absent")).isNull());
	}

	@Test
	void endpointWhenNotExposedThenIsAbsent() {
		this.notExposed.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DuctsEndpoint.class));
	}

	@Test
	void endpointWhenAccessIsNoneThenIsAbsent() {
		this.runner.withPropertyValues("management.endpoint.ducts.access=NONE")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DuctsEndpoint.class));
	}

	@Test
	void o6EndpointWhenThereIsNoActuatorThenIsAbsentAndDuctsWork() {
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.withUserConfiguration(ByName.class)
			.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress(),
					"management.endpoints.web.exposure.include=*")
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean("ductsEndpoint");
				assertThat(context.getBean(MessageDuctParent.class).isListening()).isTrue();
			});
	}

	/**
	 * Brings the auto-configurations as an application does: read, not loaded.
	 */
	@Configuration(proxyBeanMethods = false)
	@Import(ByName.Selector.class)
	static class ByName {

		static class Selector implements ImportSelector {

			@Override
			public String[] selectImports(AnnotationMetadata metadata) {
				return new String[] { DuctworksAutoConfiguration.class.getName(),
						DuctEndpointAutoConfiguration.class.getName() };
			}

		}

	}

	static class Echo {

		@DuctListener("orders")
		String take(String message) {
			return message;
		}

	}

}
