package io.ductworks.spring.boot.health;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration of the health of ducts.
 */
@ConfigurationProperties("management.health.ducts")
class DuctHealthProperties {

	/**
	 * How long a child may be without a connection before it is out of service.
	 */
	private Duration grace = Duration.ofSeconds(10);

	public Duration getGrace() {
		return this.grace;
	}

	public void setGrace(Duration grace) {
		this.grace = grace;
	}

}
