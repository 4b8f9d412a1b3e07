package io.ductworks.test.autoconfigure;

import java.util.Map;

import io.ductworks.spring.boot.autoconfigure.DuctConnectionDetails;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Auto-configuration for {@link AutoConfigureTestDucts}.
 */
@AutoConfiguration(before = DuctworksAutoConfiguration.class)
final class TestDuctsAutoConfiguration {

	TestDuctsAutoConfiguration() {
	}

	@Bean
	static PrivateAddresses privateDuctAddresses(ConfigurableEnvironment environment) {
		return new PrivateAddresses(environment);
	}

	/**
	 * Adds properties behind all others. Peers of a test come and go within milliseconds,
	 * so a child looks for them often and does not give them up.
	 */
	@Bean
	static BeanFactoryPostProcessor testDuctProperties(PrivateAddresses addresses,
			ConfigurableEnvironment environment) {
		return (beans) -> {
			environment.getPropertySources().addLast(new LocalAddressPropertySource(addresses));
			environment.getPropertySources()
				.addLast(new MapPropertySource("testDuctDefaults",
						Map.of("ductworks.defaults.disconnected-grace", "1h", "ductworks.defaults.connect.retry.delay",
								"10ms", "ductworks.defaults.connect.retry.max-delay", "100ms")));
		};
	}

	@Bean
	static DuctConnectionDetails testDuctConnectionDetails(PrivateAddresses addresses) {
		return addresses::address;
	}

}
