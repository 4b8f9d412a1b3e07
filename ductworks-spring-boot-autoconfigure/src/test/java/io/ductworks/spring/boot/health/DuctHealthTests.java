package io.ductworks.spring.boot.health;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.ductworks.CloseReason;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctHealthAutoConfiguration;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportSelector;
import org.springframework.core.type.AnnotationMetadata;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class DuctHealthTests {

	private final AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 10);

	private final String address = Peers.freshAddress();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, DuctHealthAutoConfiguration.class));

	private final ApplicationContextRunner withParent = this.runner
		.withPropertyValues("ductworks.parent.orders.address=" + this.address);

	private final ApplicationContextRunner withChild = this.runner
		.withBean(ChildWatch.class, () -> new ChildWatch(this.nanoTime::get))
		.withPropertyValues("ductworks.child.billing.address=" + this.address,
				"ductworks.child.billing.connect.retry.max-delay=10ms");

	private final ApplicationContextRunner withEndpoint = this.runner
		.withConfiguration(AutoConfigurations.of(ApplicationAvailabilityAutoConfiguration.class,
				AvailabilityHealthContributorAutoConfiguration.class, AvailabilityProbesAutoConfiguration.class,
				HealthContributorAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class,
				HealthEndpointAutoConfiguration.class))
		.withPropertyValues("management.endpoint.health.probes.enabled=true");

	private static Health health(ApplicationContext context, String duct) {
		CompositeHealthContributor ducts = context.getBean("ductsHealthContributor", CompositeHealthContributor.class);
		return ((HealthIndicator) ducts.getContributor(duct)).health();
	}

	private static Object failure(ApplicationContext context) {
		return health(context, "billing").getDetails().get("failure");
	}

	private void pass(Duration time) {
		this.nanoTime.addAndGet(time.toNanos());
	}

	@Test
	void autoConfigurationWhenLookedForThenIsListed() {
		assertThat(ImportCandidates.load(AutoConfiguration.class, getClass().getClassLoader()))
			.contains(DuctHealthAutoConfiguration.class.getName());
	}

	@Test
	void o5ParentWhenChildrenComeAndGoThenIsUpWithTheirNumber() {
		this.withParent.run((context) -> {
			assertThat(health(context, "orders"))
				.isEqualTo(Health.up().withDetail("address", this.address).withDetail("children", 0).build());
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.isConnected()).isTrue();
				Peers.eventually().until(() -> health(context, "orders").getDetails().get("children").equals(1));
			}
			Peers.eventually().until(() -> health(context, "orders").getDetails().get("children").equals(0));
			assertThat(health(context, "orders").getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void o5ParentWhenItDoesNotListenThenIsDownUntilItDoes() {
		this.withParent.run((context) -> {
			MessageDuctParent parent = context.getBean(MessageDuctParent.class);

			parent.close();
			assertThat(health(context, "orders").getStatus()).isEqualTo(Status.DOWN);
			assertThat(health(context, "orders").getDetails()).containsEntry("address", this.address);

			parent.bind();
			assertThat(health(context, "orders").getStatus()).isEqualTo(Status.UP);
		});
	}

	@Test
	void o5ParentWhenItTakesOneChildThenIsUpUntilThatHasGone() {
		this.withParent.withPropertyValues("ductworks.parent.orders.accept=once").run((context) -> {
			MessageDuctParent parent = context.getBean(MessageDuctParent.class);
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.isConnected()).isTrue();
				Peers.eventually().until(() -> !parent.isListening());
				assertThat(health(context, "orders").getStatus()).isEqualTo(Status.UP);
			}
			Peers.eventually().until(() -> health(context, "orders").getStatus().equals(Status.DOWN));
		});
	}

	@Test
	void o5ParentWhenItsFileCannotBePutBackThenIsDownThoughAChildIsConnected(@TempDir Path directory) {
		Path file = directory.resolve("orders.sock");
		this.runner.withPropertyValues("ductworks.parent.orders.address=unix:" + file).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.isConnected()).isTrue();
				Files.delete(file);
				Files.createDirectory(file);

				Peers.eventually().until(() -> health(context, "orders").getStatus().equals(Status.DOWN));
				assertThat(health(context, "orders").getDetails()).containsEntry("children", 1);
			}
		});
	}

	@Test
	void o5ChildWhenConnectedThenIsUp() {
		try (MessageDuctParent parent = Peers.parentAt(this.address)) {
			this.withChild.withPropertyValues("ductworks.child.billing.connect.startup=fail").run((context) -> {
				assertThat(parent.isListening()).isTrue();
				assertThat(health(context, "billing")).isEqualTo(
						Health.up().withDetail("address", this.address).withDetail("state", "connected").build());
			});
		}
	}

	@Test
	void o5ChildWhenItNeverConnectedThenIsOutOfServiceOnlyAfterTheGrace() {
		this.withChild.run((context) -> {
			Peers.eventually().until(() -> failure(context) != null);
			pass(Duration.ofSeconds(10).minusNanos(1));
			Health before = health(context, "billing");
			assertThat(before.getStatus()).isEqualTo(Status.UP);
			assertThat(before.getDetails()).containsEntry("state", "reconnecting");

			pass(Duration.ofNanos(1));
			Health after = health(context, "billing");
			assertThat(after.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
			assertThat(after.getDetails()).containsEntry("address", this.address)
				.containsEntry("state", "reconnecting")
				.hasEntrySatisfying("failure", (failure) -> assertThat((String) failure).isNotBlank());
		});
	}

	@Test
	void o5ChildWhenTheGraceIsSetThenIsOutOfServiceAfterThat() {
		this.withChild.withPropertyValues("ductworks.health.grace=1m").run((context) -> {
			pass(Duration.ofSeconds(59));
			assertThat(health(context, "billing").getStatus()).isEqualTo(Status.UP);
			pass(Duration.ofSeconds(1));
			assertThat(health(context, "billing").getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		});
	}

	@Test
	void childWhenItsOwnGraceIsSetThenIsOutOfServiceAfterThat() {
		this.withChild.withPropertyValues("ductworks.child.billing.disconnected-grace=1m").run((context) -> {
			pass(Duration.ofSeconds(59));
			assertThat(health(context, "billing").getStatus()).isEqualTo(Status.UP);
			pass(Duration.ofSeconds(1));
			assertThat(health(context, "billing").getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
		});
	}

	@Test
	void childWhenItsHostDoesNotResolveThenSaysSo() {
		this.withChild.withPropertyValues("ductworks.child.billing.address=tcp://ductworks.invalid:1")
			.run((context) -> Peers.eventually()
				.until(() -> "host 'ductworks.invalid' does not resolve".equals(failure(context))));
	}

	@Test
	void o5ChildWhenItsParentIsRestartedThenStaysUpWithinTheGrace() {
		try (MessageDuctParent parent = Peers.parentAt(this.address)) {
			this.withChild.withPropertyValues("ductworks.child.billing.connect.startup=fail").run((context) -> {
				awaitKnownAsConnected(context);
				pass(Duration.ofHours(1));

				parent.close();
				Peers.eventually().until(() -> failure(context) != null);
				pass(Duration.ofSeconds(9));
				assertThat(health(context, "billing").getStatus()).isEqualTo(Status.UP);
				assertThat(health(context, "billing").getDetails()).containsEntry("state", "reconnecting");
				pass(Duration.ofSeconds(1));
				assertThat(health(context, "billing").getStatus()).isEqualTo(Status.OUT_OF_SERVICE);

				parent.bind();
				Peers.eventually()
					.until(() -> "connected".equals(health(context, "billing").getDetails().get("state")));
				assertThat(health(context, "billing").getStatus()).isEqualTo(Status.UP);
				assertThat(health(context, "billing").getDetails()).doesNotContainKey("failure");
			});
		}
	}

	/**
	 * The watch is told a moment later. Without a connection, each look would find the
	 * child absent for longer.
	 */
	private void awaitKnownAsConnected(ApplicationContext context) {
		ChildWatch watch = context.getBean(ChildWatch.class);
		MessageDuctChild child = context.getBean(MessageDuctChild.class);
		Peers.eventually().until(() -> {
			pass(Duration.ofNanos(1));
			return watch.absence(child).isZero();
		});
	}

	@Test
	void o5ChildWhenItsConnectionsEndAtOnceThenTheGraceGoesOn() {
		ChildWatch watch = new ChildWatch(this.nanoTime::get);
		MessageDuctChild child = MessageDuctChild.builder()
			.name("billing")
			.address(DuctAddress.parse(this.address))
			.build();
		watch.start();
		for (int i = 1; i <= 5; i++) {
			watch.connected(child, child);
			pass(Duration.ofMillis(1));
			watch.disconnected(child, child, CloseReason.TLS_FAILED, 0);
			pass(Duration.ofSeconds(2));
		}
		assertThat(watch.absence(child)).isGreaterThanOrEqualTo(Duration.ofSeconds(10));
		assertThat(watch.failure(child)).contains("tls-failed");

		watch.connected(child, child);
		assertThat(watch.absence(child)).isZero();
		pass(Duration.ofSeconds(1));
		watch.disconnected(child, child, CloseReason.PEER_CLOSED, 0);
		assertThat(watch.absence(child)).isZero();
		pass(Duration.ofSeconds(3));
		assertThat(watch.absence(child)).isEqualTo(Duration.ofSeconds(3));

		watch.stop();
		pass(Duration.ofHours(1));
		watch.start();
		assertThat(watch.absence(child)).isZero();
	}

	@Test
	void o5HealthWhenAChildIsOutOfServiceThenLivenessAndReadinessDoNotKnow() {
		this.withEndpoint
			.withPropertyValues("ductworks.child.billing.address=" + this.address, "ductworks.health.grace=0")
			.run((context) -> {
				HealthEndpoint endpoint = context.getBean(HealthEndpoint.class);
				assertThat(endpoint.healthForPath("ducts", "billing").getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
				assertThat(endpoint.healthForPath("ducts").getStatus()).isEqualTo(Status.OUT_OF_SERVICE);

				HealthEndpointGroups groups = context.getBean(HealthEndpointGroups.class);
				assertThat(groups.getPrimary().isMember("ducts")).isTrue();
				assertThat(groups.getNames()).contains("liveness", "readiness");
				assertThat(groups.get("liveness").isMember("ducts")).isFalse();
				assertThat(groups.get("readiness").isMember("ducts")).isFalse();
			});
	}

	@Test
	void healthWhenThereAreNoDuctsThenIsNotShown() {
		this.withEndpoint
			.run((context) -> assertThat(context.getBean(HealthEndpoint.class).healthForPath("ducts")).isNull());
	}

	@Test
	void healthWhenTurnedOffThenIsAbsent() {
		this.withParent.withPropertyValues("management.health.ducts.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("ductsHealthContributor")
				.doesNotHaveBean(ChildWatch.class));
		this.withParent.withPropertyValues("management.health.defaults.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("ductsHealthContributor"));
	}

	@Test
	void o6HealthWhenItsModuleIsMissingThenIsAbsentAndDuctsWork() {
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
			.withUserConfiguration(ByName.class)
			.withPropertyValues("ductworks.parent.orders.address=" + this.address)
			.run((context) -> {
				assertThat(context).hasNotFailed()
					.doesNotHaveBean("ductsHealthContributor")
					.doesNotHaveBean("ductChildWatch");
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
						DuctHealthAutoConfiguration.class.getName() };
			}

		}

	}

}
