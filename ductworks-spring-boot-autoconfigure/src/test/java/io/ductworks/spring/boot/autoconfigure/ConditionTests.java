package io.ductworks.spring.boot.autoconfigure;

import java.util.Map;

import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When there are ducts, and when the rest of an application has to do without.
 */
@ExtendWith(NothingLeftBehind.class)
class ConditionTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, DuctMetricsAutoConfiguration.class,
				DuctHealthAutoConfiguration.class, DuctEndpointAutoConfiguration.class))
		.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
		.withPropertyValues("ductworks.parent.orders.pseudo-anonymous=true");

	@Test
	void contextWhenDuctsAreSwitchedOffThenHasNone() {
		this.runner.withPropertyValues("ductworks.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(MessageDuct.class)
				.doesNotHaveBean(DuctRegistry.class));
	}

	@Test
	void contextWhenTheDuctsAreExcludedThenMetersObservationsAndHealthAreToo() {
		new ApplicationContextRunner()
			.withConfiguration(
					AutoConfigurations.of(DuctMetricsAutoConfiguration.class, DuctObservationAutoConfiguration.class,
							DuctHealthAutoConfiguration.class, DuctEndpointAutoConfiguration.class))
			.withBean(MeterRegistry.class, SimpleMeterRegistry::new)
			.withBean(ObservationRegistry.class, ObservationRegistry::create)
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("ductMeters")
				.doesNotHaveBean("ductOutgoingObservations"));
	}

	@Test
	void contextWhenItsParentContextHasTheDuctsThenDoesNotBindThemAgain() {
		String address = Peers.freshAddress();
		this.runner.withPropertyValues("ductworks.parent.stock.address=" + address)
			.run((parent) -> this.runner.withParent(parent)
				.withPropertyValues("ductworks.parent.stock.address=" + address)
				.run((child) -> {
					assertThat(child).hasNotFailed();
					assertThat(child.getBean("stockDuct", MessageDuctParent.class))
						.isSameAs(parent.getBean("stockDuct", MessageDuctParent.class));
				}));
	}

	@Test
	void contextWhenTheApplicationHasARegistryOfItsOwnThenItHasMetersObservationsAndHealth() {
		this.runner.withConfiguration(AutoConfigurations.of(DuctObservationAutoConfiguration.class))
			.withBean(ObservationRegistry.class, ObservationRegistry::create)
			.withBean(DuctRegistry.class, () -> new DuctRegistry(Map.of()))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(MessageDuct.class)
				.hasBean("ductMeters")
				.hasBean("ductOutgoingObservations")
				.hasBean("ductsHealthContributor"));
	}

	@Test
	void codecWhenThereAreTwoMappersThenIsTheLibrarysOwn() {
		this.runner.withBean("one", JsonMapper.class, JsonMapper::new)
			.withBean("other", JsonMapper.class, JsonMapper::new)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void ductWhenACustomizerNamesItThenIsFoundByItsConfiguredName() {
		this.runner.withBean(DuctBuilderCustomizer.class, () -> (name, builder) -> builder.name("shop-" + name))
			.withPropertyValues("ductworks.child.billing.address=" + Peers.freshAddress())
			.run((context) -> {
				DuctRegistry registry = context.getBean(DuctRegistry.class);
				assertThat(registry.names()).containsExactly("billing", "orders");
				assertThat(registry.get("orders").name()).isEqualTo("shop-orders");
				assertThat(registry.parents()).containsOnlyKeys("orders");
				assertThat(registry.children()).containsOnlyKeys("billing");
			});
	}

}
