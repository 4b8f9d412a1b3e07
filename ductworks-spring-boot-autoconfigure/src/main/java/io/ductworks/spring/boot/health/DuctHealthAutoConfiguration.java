package io.ductworks.spring.boot.health;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import io.ductworks.spring.CertificateReloads;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.boot.DuctworksAutoConfiguration;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for the health of ducts: {@code ducts}, with an entry for each duct.
 */
@AutoConfiguration(after = DuctworksAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
@ConditionalOnEnabledHealthIndicator("ducts")
@ConditionalOnBean(DuctRegistry.class)
@EnableConfigurationProperties(DuctHealthProperties.class)
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
	CompositeHealthContributor ductsHealthContributor(DuctRegistry ducts, CertificateReloads reloads, ChildWatch watch,
			DuctHealthProperties properties) {
		Map<String, HealthIndicator> indicators = new TreeMap<>();
		ducts.parents()
			.forEach((name, parent) -> indicators.put(name, new ParentHealthIndicator(name, parent, reloads)));
		Duration grace = properties.getGrace();
		ducts.children()
			.forEach((name, child) -> indicators.put(name, new ChildHealthIndicator(name, child, reloads, watch,
					(grace != null) ? grace : child.disconnectedGrace())));
		return CompositeHealthContributor.fromMap(indicators);
	}

}
