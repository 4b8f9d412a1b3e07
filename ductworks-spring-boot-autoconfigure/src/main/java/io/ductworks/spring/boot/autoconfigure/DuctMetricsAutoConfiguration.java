package io.ductworks.spring.boot.autoconfigure;

import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.boot.metrics.DuctMeters;
import io.ductworks.spring.boot.metrics.ListenerTimers;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.Message;

/**
 * Auto-configuration for the meters of ducts and listeners, where there is a
 * {@link MeterRegistry}.
 */
@AutoConfiguration(after = DuctworksAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ MeterRegistry.class, DuctRegistry.class })
public final class DuctMetricsAutoConfiguration {

	DuctMetricsAutoConfiguration() {
	}

	@Bean
	DuctMeters ductMeters(DuctRegistry ducts) {
		return new DuctMeters(ducts);
	}

	/**
	 * Listeners need spring-messaging.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Message.class)
	static class ListenerConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ListenerTimers ductListenerTimers(MeterRegistry registry, DuctRegistry ducts) {
			return new ListenerTimers(registry, ducts);
		}

	}

}
