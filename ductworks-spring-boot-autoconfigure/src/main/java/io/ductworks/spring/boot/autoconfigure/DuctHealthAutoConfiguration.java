package io.ductworks.spring.boot.autoconfigure;

import java.time.Clock;

import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.boot.health.ChildWatch;
import io.ductworks.spring.boot.health.DuctHealth;
import io.ductworks.spring.lifecycle.CertificateReloads;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the health of ducts: {@code ducts}, with an entry for each duct.
 */
@AutoConfiguration(after = DuctworksAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnEnabledHealthIndicator("ducts")
@ConditionalOnBean(DuctRegistry.class)
@EnableConfigurationProperties(DuctworksProperties.class)
public final class DuctHealthAutoConfiguration {

	DuctHealthAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	ChildWatch ductChildWatch() {
		return new ChildWatch(System::nanoTime);
	}

	@Bean
	@ConditionalOnMissingBean(name = { "ductsHealthIndicator", "ductsHealthContributor" })
	CompositeHealthContributor ductsHealthContributor(DuctRegistry ducts, ObjectProvider<CertificateReloads> reloads,
			ChildWatch watch, DuctworksProperties properties) {
		// An application with a registry of its own may have none.
		CertificateReloads ofDucts = reloads.getIfAvailable(() -> new CertificateReloads(Clock.systemUTC()));
		return DuctHealth.contributor(ducts, ofDucts, watch, properties.getHealth().getGrace());
	}

}
