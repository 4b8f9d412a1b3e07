package io.ductworks.spring.boot.health;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * Configuration of the health of ducts.
 */
@ConfigurationProperties("management.health.ducts")
class DuctHealthProperties {

	/**
	 * How long a child may be without a connection before it is out of service. The
	 * disconnected-grace of the child if not set.
	 */
	private @Nullable Duration grace;

	public @Nullable Duration getGrace() {
		return this.grace;
	}

	public void setGrace(@Nullable Duration grace) {
		this.grace = grace;
	}

}
