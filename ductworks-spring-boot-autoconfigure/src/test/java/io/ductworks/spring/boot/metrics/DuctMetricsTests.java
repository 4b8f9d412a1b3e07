package io.ductworks.spring.boot.metrics;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.ductworks.CloseReason;
import io.ductworks.DuctProblemException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.message.DuctHandler;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.RequestOutcome;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctMetricsAutoConfiguration;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import io.ductworks.spring.listener.DuctListener;
import io.ductworks.spring.listener.DuctListenerInterceptor;
import io.ductworks.spring.listener.DuctListenerProcessor;
import io.ductworks.spring.listener.DuctListenerRegistry;
import io.ductworks.spring.listener.RegisteredListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.messaging.Message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@ExtendWith(NothingLeftBehind.class)
class DuctMetricsTests {

	private static final String[] ORDERS = { "duct", "orders", "role", "parent", "transport", "inproc" };

	private static final String[] BILLING = { "duct", "billing", "role", "child", "transport", "tcp" };

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, DuctMetricsAutoConfiguration.class,
				MetricsAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress());

	private final ApplicationContextRunner withRegistry = this.runner.withBean(SimpleMeterRegistry.class);

	@Test
	void autoConfigurationWhenLookedForThenIsListed() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader()))
			.contains(DuctMetricsAutoConfiguration.class.getName());
	}

	@Test
	void metersWhenBoundThenAreTheDocumentedOnesWithTheirTags() {
		try (MessageDuctParent parent = Peers.parentAt("tcp://localhost:0")) {
			this.withRegistry.withPropertyValues("ductworks.child.billing.address=" + parent.listenerAddress())
				.withUserConfiguration(Echo.class)
				.run((context) -> {
					assertThat(identities(context.getBean(MeterRegistry.class)))
						.containsExactlyInAnyOrderElementsOf(Stream
							.of(documented("orders parent inproc"), documented("billing child tcp"),
									Stream.of("failure", "success")
										.map((outcome) -> "ductworks.connect.attempts duct=billing,outcome=" + outcome
												+ ",role=child,transport=tcp"),
									Stream.of("error", "rejected", "success", "unreplied")
										.map((outcome) -> "ductworks.listener duct=orders,listener=Echo.take,outcome="
												+ outcome + ",role=parent,transport=inproc"))
							.flatMap((stream) -> stream)
							.collect(Collectors.toCollection(TreeSet::new)));
				});
		}
	}

	private static Stream<String> documented(String tags) {
		String[] values = tags.split(" ");
		String role = "role=" + values[1] + ",transport=" + values[2];
		String duct = "duct=" + values[0];
		return Stream
			.of(Stream.of("ductworks.messages", "ductworks.message.bytes")
				.flatMap((name) -> Stream.of("in", "out")
					.map((direction) -> name + " direction=" + direction + "," + duct + "," + role)),
					Stream
						.of("ductworks.messages.unsent", "ductworks.messages.unhandled", "ductworks.answers.unmatched",
								"ductworks.connections", "ductworks.connections.opened", "ductworks.outbound.pending")
						.map((name) -> name + " " + duct + "," + role),
					Arrays.stream(CloseReason.values())
						.map((reason) -> "ductworks.connections.closed " + duct + ",reason=" + reason.tag() + ","
								+ role)
						.map(DuctMetricsTests::sortTags),
					Arrays.stream(RequestOutcome.values())
						.map((outcome) -> "ductworks.request " + duct + ",outcome=" + outcome.tag() + "," + role))
			.flatMap((stream) -> stream);
	}

	private static String sortTags(String identity) {
		String[] parts = identity.split(" ");
		return parts[0] + " " + Arrays.stream(parts[1].split(",")).sorted().collect(Collectors.joining(","));
	}

	private static Set<String> identities(MeterRegistry registry) {
		return registry.getMeters()
			.stream()
			.map((meter) -> meter.getId())
			.filter((id) -> id.getName().startsWith("ductworks."))
			.map((id) -> id.getName() + " "
					+ id.getTags().stream().map(DuctMetricsTests::shown).sorted().collect(Collectors.joining(",")))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static String shown(Tag tag) {
		return tag.getKey() + "=" + tag.getValue();
	}

	@Test
	void metersWhenThereWasTrafficThenCountIt() {
		this.withRegistry.withUserConfiguration(Echo.class).run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.request("hello", String.class)).isEqualTo("hello");
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> child.request("fail", String.class));
				assertThatExceptionOfType(RemoteHandlerException.class)
					.isThrownBy(() -> child.request(new int[0], String.class));
				assertThat(counter(registry, "ductworks.messages", "direction", "in")).isEqualTo(3);
				assertThat(counter(registry, "ductworks.messages", "direction", "out")).isEqualTo(3);
				assertThat(counter(registry, "ductworks.message.bytes", "direction", "in")).isEqualTo(7 + 6 + 2);
				assertThat(counter(registry, "ductworks.message.bytes", "direction", "out")).isGreaterThan(7);
				assertThat(counter(registry, "ductworks.connections.opened")).isEqualTo(1);
				assertThat(gauge(registry, "ductworks.connections")).isEqualTo(1);
				Peers.eventually().until(() -> gauge(registry, "ductworks.outbound.pending") == 0);
				Peers.eventually().untilAsserted(() -> {
					for (String outcome : new String[] { "success", "error", "rejected" }) {
						Timer timer = registry.get("ductworks.listener")
							.tags(ORDERS)
							.tags("listener", "Echo.take", "outcome", outcome)
							.timer();
						assertThat(timer.count()).as(outcome).isEqualTo(1);
					}
				});
			}
			Peers.eventually()
				.until(() -> counter(registry, "ductworks.connections.closed", "reason", "peer-closed") == 1);
			Peers.eventually().until(() -> gauge(registry, "ductworks.connections") == 0);
			assertThat(counter(registry, "ductworks.messages.unsent")).isZero();
		});
	}

	@Test
	void timerWhenTheApplicationHasAnInterceptorOfItsOwnThenBothAreTold() {
		List<String> recorded = new CopyOnWriteArrayList<>();
		this.withRegistry.withUserConfiguration(Echo.class)
			.withBean("own", DuctListenerInterceptor.class, () -> (invocation) -> {
				RegisteredListener listener = invocation.listener();
				invocation
					.onEnded((outcome, failure) -> recorded.add(listener.duct() + " " + listener.id() + " " + outcome));
				return invocation.proceed();
			})
			.run((context) -> {
				comeAskAndGo(context);

				Peers.eventually().until(() -> !recorded.isEmpty());
				assertThat(recorded).containsExactly("orders Echo.take SUCCESS");
				Peers.eventually()
					.until(() -> context.getBean(MeterRegistry.class)
						.get("ductworks.listener")
						.tag("outcome", "success")
						.timer()
						.count() == 1);
			});
	}

	@Test
	void metersWhenAChildConnectsAndRequestsThenCountIt() {
		try (MessageDuctParent parent = Peers.parentAt("tcp://localhost:0",
				(settings) -> settings.handler((from, message) -> from.send("ok")))) {
			this.withRegistry.withPropertyValues("ductworks.child.billing.address=" + parent.listenerAddress())
				.run((context) -> {
					MeterRegistry registry = context.getBean(MeterRegistry.class);
					context.getBean("billingDuct", MessageDuct.class).request("x", String.class);
					// Counted a moment after the connection can be used.
					Peers.eventually()
						.until(() -> registry.get("ductworks.connect.attempts")
							.tags(BILLING)
							.tags("outcome", "success")
							.functionCounter()
							.count() == 1);
					Timer request = request(registry, "success");
					assertThat(request.count()).isEqualTo(1);
					assertThat(request.max(TimeUnit.NANOSECONDS)).isPositive()
						.isEqualTo(request.totalTime(TimeUnit.NANOSECONDS));
				});
		}
	}

	@Test
	void requestWhenItsDistributionIsConfiguredThenHasPercentilesAndObjectives() {
		try (MessageDuctParent parent = Peers.parentAt("tcp://localhost:0",
				(settings) -> settings.handler((from, message) -> from.send("ok")))) {
			this.withRegistry
				.withPropertyValues("ductworks.child.billing.address=" + parent.listenerAddress(),
						"management.metrics.distribution.percentiles.ductworks.request=0.5,0.99",
						"management.metrics.distribution.slo.ductworks.request=1ms,10s")
				.run((context) -> {
					context.getBean("billingDuct", MessageDuct.class).request("x", String.class);
					HistogramSnapshot snapshot = request(context.getBean(MeterRegistry.class), "success")
						.takeSnapshot();
					assertThat(snapshot.percentileValues()).extracting(ValueAtPercentile::percentile)
						.containsExactly(0.5, 0.99);
					assertThat(snapshot.percentileValues()[1].value()).isPositive();
					assertThat(snapshot.histogramCounts()).extracting((bucket) -> bucket.bucket(TimeUnit.MILLISECONDS))
						.containsExactly(1.0, 10_000.0);
					assertThat(snapshot.histogramCounts()[1].count()).isEqualTo(1);
				});
		}
	}

	@ParameterizedTest
	@CsvSource({ "404, rejected", "500, error" })
	void requestWhenAnsweredWithAProblemThenItsStatusSaysWhatItCountsAs(int status, String outcome) {
		try (MessageDuctParent parent = Peers.parentAt("tcp://localhost:0",
				(settings) -> settings.handler(DuctHandler.answering((from, message) -> {
					throw new DuctProblemException(status, "No");
				})))) {
			this.withRegistry.withPropertyValues("ductworks.child.billing.address=" + parent.listenerAddress())
				.run((context) -> {
					MeterRegistry registry = context.getBean(MeterRegistry.class);
					assertThatExceptionOfType(RemoteHandlerException.class)
						.isThrownBy(() -> context.getBean("billingDuct", MessageDuct.class).request("x", String.class));
					for (String each : new String[] { "success", "rejected", "error", "timeout", "aborted" }) {
						assertThat(request(registry, each).count()).as(each).isEqualTo(each.equals(outcome) ? 1 : 0);
					}
				});
		}
	}

	private static Timer request(MeterRegistry registry, String outcome) {
		return registry.get("ductworks.request").tags(BILLING).tags("outcome", outcome).timer();
	}

	@Test
	void metersWhenTheContextHasClosedThenAreGoneFromARegistryThatOutlivesIt() {
		MeterRegistry registry = new LastingRegistry();
		Counter others = registry.counter("ductworks.others");

		with(registry).withUserConfiguration(Echo.class).run((context) -> {
			comeAskAndGo(context);
			assertThat(identities(registry)).contains("ductworks.connections " + tags(ORDERS))
				.contains("ductworks.listener " + tags(ORDERS, "listener", "Echo.take", "outcome", "success"));
		});

		assertThat(registry.getMeters()).filteredOn((meter) -> meter.getId().getName().startsWith("ductworks."))
			.containsExactly(others);
	}

	@Test
	void metersWhenASecondContextStartsThenAreThoseOfItsOwnDucts() {
		MeterRegistry registry = new LastingRegistry();
		for (int i = 0; i < 2; i++) {
			with(registry).withUserConfiguration(Echo.class).run((context) -> {
				comeAskAndGo(context);
				assertThat(counter(registry, "ductworks.connections.opened")).isEqualTo(1);
				assertThat(counter(registry, "ductworks.messages", "direction", "in")).isEqualTo(1);
				Peers.eventually()
					.until(() -> registry.get("ductworks.listener").tag("outcome", "success").timer().count() == 1);
			});
		}
	}

	@Test
	void metersWhenAnotherContextHasMadeThemThenStayWithIt() {
		MeterRegistry registry = new LastingRegistry();
		with(registry).withUserConfiguration(Echo.class).run((first) -> {
			Set<String> before = identities(registry);
			with(registry).withUserConfiguration(Echo.class)
				.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress(),
						"ductworks.parent.second.address=" + Peers.freshAddress())
				.run((second) -> assertThat(identities(registry)).hasSizeGreaterThan(before.size()));

			assertThat(identities(registry)).isEqualTo(before);
			comeAskAndGo(first);
			assertThat(counter(registry, "ductworks.connections.opened")).isEqualTo(1);
		});
	}

	@Test
	void metersWhenThereAreTwoRegistriesThenAreInBothUntilTheContextCloses() {
		MeterRegistry primary = new LastingRegistry();
		MeterRegistry other = new LastingRegistry();
		try (MessageDuctParent parent = Peers.parentAt("tcp://localhost:0",
				(settings) -> settings.handler((from, message) -> from.send("ok")))) {
			with(primary).withBean("other", MeterRegistry.class, () -> other)
				.withPropertyValues("ductworks.child.billing.address=" + parent.listenerAddress())
				.run((context) -> {
					context.getBean("billingDuct", MessageDuct.class).request("x", String.class);
					assertThat(request(primary, "success").count()).isEqualTo(1);
					assertThat(request(other, "success").count()).isEqualTo(1);
				});
		}
		assertThat(identities(primary)).isEmpty();
		assertThat(identities(other)).isEmpty();
	}

	@Test
	void bindToWhenTheRegistryIsBoundAlreadyThenRequestsCountOnce() {
		try (MessageDuctParent parent = Peers.parentAt("tcp://localhost:0",
				(settings) -> settings.handler((from, message) -> from.send("ok")))) {
			this.withRegistry.withPropertyValues("ductworks.child.billing.address=" + parent.listenerAddress())
				.run((context) -> {
					MeterRegistry registry = context.getBean(MeterRegistry.class);
					context.getBean(DuctMeters.class).bindTo(registry);
					context.getBean("billingDuct", MessageDuct.class).request("x", String.class);
					assertThat(request(registry, "success").count()).isEqualTo(1);
				});
		}
	}

	@Test
	void metersWhenADuctIsAMockThenAreNoneOfIt() {
		MessageDuct mock = (MessageDuct) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { MessageDuct.class },
				(proxy, method, arguments) -> method.getName().equals("hashCode") ? 1 : null);
		DuctRegistry ducts = new DuctRegistry(Map.of("orders", mock));
		MeterRegistry registry = new SimpleMeterRegistry();
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		beans.registerSingleton("echo", new Echo());
		beans.registerSingleton("timers", new ListenerTimers(registry, ducts));
		DuctListenerRegistry listeners = new DuctListenerRegistry();

		new DuctMeters(ducts).bindTo(registry);
		new DuctListenerProcessor(beans, ducts, listeners, null, (name) -> null, (name) -> null)
			.afterSingletonsInstantiated();

		assertThat(listeners.ids()).containsExactly("Echo.take");
		assertThat(registry.getMeters()).isEmpty();
	}

	@Test
	void timersWhenAListenerIsUnregisteredThenAreRemovedAndThoseOfOthersStay() {
		MeterRegistry registry = new LastingRegistry();
		with(registry).withUserConfiguration(Echo.class).run((context) -> {
			DuctListenerRegistry listeners = context.getBean(DuctListenerRegistry.class);
			assertThat(registry.find("ductworks.listener").tag("listener", "Echo.take").timers()).isNotEmpty();
			listeners.unregister("Echo.take");
			assertThat(registry.find("ductworks.listener").timers()).isEmpty();
			listeners.register(new Echo());
			assertThat(registry.find("ductworks.listener").tag("listener", "Echo.take").timers()).isNotEmpty();
		});
		assertThat(registry.find("ductworks.listener").timers()).isEmpty();
	}

	private ApplicationContextRunner with(MeterRegistry registry) {
		return this.runner.withBean("registry", MeterRegistry.class, () -> registry,
				(definition) -> definition.setPrimary(true));
	}

	private static String tags(String[] tags, String... more) {
		return Tags.of(tags).and(more).stream().map(DuctMetricsTests::shown).sorted().collect(Collectors.joining(","));
	}

	/**
	 * Goes on when the context closes that has it.
	 */
	private static final class LastingRegistry extends SimpleMeterRegistry {

		@Override
		public void close() {
		}

	}

	@Test
	void o1MetersWhenThousandsOfPeersComeAndGoThenTheirNumberStaysTheSame() {
		this.withRegistry.withPropertyValues("ductworks.parent.orders.accepts-per-second=1000000")
			.withUserConfiguration(Echo.class)
			.run((context) -> {
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				comeAskAndGo(context);
				Set<String> before = identities(registry);
				int all = registry.getMeters().size();

				for (int i = 0; i < 1000; i++) {
					comeAskAndGo(context);
				}

				Peers.eventually()
					.until(() -> counter(registry, "ductworks.connections.closed", "reason", "peer-closed") == 1001);
				assertThat(counter(registry, "ductworks.connections.opened")).isEqualTo(1001);
				assertThat(identities(registry)).isEqualTo(before);
				assertThat(registry.getMeters()).hasSize(all);
			});
	}

	private static void comeAskAndGo(ApplicationContext context) {
		try (MessageDuctChild child = Peers.childOf(context, "orders")) {
			assertThat(child.request("hello", String.class)).isEqualTo("hello");
		}
	}

	@Test
	void o6MetersWhenThereIsNoRegistryThenAreAbsent() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DuctworksAutoConfiguration.class, DuctMetricsAutoConfiguration.class))
			.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress())
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(MessageDuctParent.class)
				.doesNotHaveBean(DuctMeters.class)
				.doesNotHaveBean(ListenerTimers.class));
	}

	@Test
	void o6MetersWhenThereIsNoMicrometerThenAreAbsentAndListenersWork() {
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader("io.micrometer"))
			.withConfiguration(
					AutoConfigurations.of(DuctworksAutoConfiguration.class, DuctMetricsAutoConfiguration.class))
			.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress())
			.withUserConfiguration(Echo.class)
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean("ductMeters");
				try (MessageDuctChild child = Peers.childOf(context, "orders")) {
					assertThat(child.request("hello", String.class)).isEqualTo("hello");
				}
			});
	}

	@Test
	void metersWhenThereIsNoSpringMessagingThenAreThereWithoutTheListeners() {
		this.withRegistry.withClassLoader(new FilteredClassLoader(Message.class.getPackageName())).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(DuctMeters.class).doesNotHaveBean("ductListenerTimers");
			assertThat(gauge(context.getBean(MeterRegistry.class), "ductworks.connections")).isZero();
		});
	}

	private static double counter(MeterRegistry registry, String name, String... tags) {
		FunctionCounter counter = registry.get(name).tags(ORDERS).tags(tags).functionCounter();
		return counter.count();
	}

	private static double gauge(MeterRegistry registry, String name) {
		Gauge gauge = registry.get(name).tags(ORDERS).gauge();
		return gauge.value();
	}

	static class Echo {

		@DuctListener("orders")
		String take(String message) {
			if (message.equals("fail")) {
				throw new IllegalStateException("on purpose");
			}
			return message;
		}

	}

}
