package io.ductworks.spring.boot.autoconfigure;

import io.ductworks.spring.DuctRegistry;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration for clients of ducts: a bean for each interface with
 * {@link io.ductworks.spring.client.DuctExchange} in the packages of the application,
 * unless it has a bean of that type.
 */
@AutoConfiguration(after = DuctworksAutoConfiguration.class)
@ConditionalOnBean(DuctRegistry.class)
@Import(AutoConfiguredDuctExchanges.class)
public final class DuctExchangeAutoConfiguration {

	DuctExchangeAutoConfiguration() {
	}

}
