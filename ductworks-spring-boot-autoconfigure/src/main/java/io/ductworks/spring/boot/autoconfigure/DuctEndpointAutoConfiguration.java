package io.ductworks.spring.boot.autoconfigure;

import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.boot.endpoint.DuctsEndpoint;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the actuator endpoint {@code ducts}, where it is exposed.
 */
@AutoConfiguration(after = DuctworksAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(DuctsEndpoint.class)
@ConditionalOnBean(DuctRegistry.class)
public final class DuctEndpointAutoConfiguration {

	DuctEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	DuctsEndpoint ductsEndpoint(DuctRegistry ducts) {
		return new DuctsEndpoint(ducts);
	}

}
