package io.ductworks.spring.boot.autoconfigure;

import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.boot.metrics.UnmeteredObservations;
import io.ductworks.spring.observation.DuctReceiverObservationConvention;
import io.ductworks.spring.observation.DuctSenderObservationConvention;
import io.ductworks.spring.observation.ListenerObservations;
import io.ductworks.spring.observation.OutgoingObservations;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.messaging.Message;

/**
 * Auto-configuration for observations of what ducts send and listeners take, where there
 * is an {@link ObservationRegistry}.
 */
@AutoConfiguration(after = DuctworksAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean({ ObservationRegistry.class, DuctRegistry.class })
public final class DuctObservationAutoConfiguration {

	DuctObservationAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	OutgoingObservations ductOutgoingObservations(ObservationRegistry registry, DuctRegistry ducts,
			ObjectProvider<DuctSenderObservationConvention> convention) {
		return new OutgoingObservations(registry, ducts, convention.getIfAvailable());
	}

	/**
	 * Listeners need spring-messaging.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Message.class)
	static class ListenerConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ListenerObservations ductListenerObservations(ObservationRegistry registry, DuctRegistry ducts,
				ObjectProvider<DuctReceiverObservationConvention> convention) {
			return new ListenerObservations(registry, ducts, convention.getIfAvailable());
		}

	}

	/**
	 * Meters need more of Micrometer.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterObservationHandler.class)
	static class MeterConfiguration {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		@ConditionalOnMissingBean
		UnmeteredObservations ductUnmeteredObservations() {
			return new UnmeteredObservations();
		}

	}

}
