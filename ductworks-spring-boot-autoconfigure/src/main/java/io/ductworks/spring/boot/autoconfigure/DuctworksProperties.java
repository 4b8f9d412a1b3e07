package io.ductworks.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.ductworks.message.Protocol;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.util.StringUtils;

/**
 * Configuration of all ducts. Unknown keys end start-up.
 */
@ConfigurationProperties(prefix = "ductworks", ignoreUnknownFields = false)
class DuctworksProperties {

	/**
	 * Whether there are ducts at all.
	 */
	private boolean enabled = true;

	/**
	 * How long to wait at shutdown for listeners that run.
	 */
	private Duration drainTimeout = Duration.ofSeconds(20);

	/**
	 * Health of ducts.
	 */
	private final Health health = new Health();

	/**
	 * Peers of ducts in Spring Security.
	 */
	private final Security security = new Security();

	/**
	 * What holds for all ducts that do not set it themselves.
	 */
	@NestedConfigurationProperty
	private final DefaultsProperties defaults = new DefaultsProperties();

	/**
	 * Ducts that bind and listen, by name.
	 */
	private final Map<String, ParentProperties> parent = new LinkedHashMap<>();

	/**
	 * Ducts that connect, by name.
	 */
	private final Map<String, ChildProperties> child = new LinkedHashMap<>();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Duration getDrainTimeout() {
		return this.drainTimeout;
	}

	public void setDrainTimeout(Duration drainTimeout) {
		this.drainTimeout = drainTimeout;
	}

	public Health getHealth() {
		return this.health;
	}

	public Security getSecurity() {
		return this.security;
	}

	public DefaultsProperties getDefaults() {
		return this.defaults;
	}

	public Map<String, ParentProperties> getParent() {
		return this.parent;
	}

	public Map<String, ChildProperties> getChild() {
		return this.child;
	}

	/**
	 * The member of a duct's messages that says which listener takes them. One of the
	 * defaults is for the ducts that it suits.
	 * @return {@code null} if there is none, or no such duct
	 */
	@Nullable String typeField(String name) {
		DuctProperties duct = find(name);
		if (duct == null || duct.getProtocol() != Protocol.BARE || duct.getCodec() != DuctProperties.Codec.JSON) {
			return null;
		}
		return StringUtils.hasText(duct.getTypeField()) ? duct.getTypeField() : null;
	}

	/**
	 * How often the listeners of a duct try again when they have failed.
	 * @return {@code null} if they do not, or there is no such duct
	 */
	@Nullable RetryPolicy retryPolicy(String name) {
		DuctProperties duct = find(name);
		return (duct != null) ? duct.getListener().getRetry().policy() : null;
	}

	private @Nullable DuctProperties find(String name) {
		DuctProperties parent = this.parent.get(name);
		return (parent != null) ? parent : this.child.get(name);
	}

	/**
	 * Peers of ducts in Spring Security.
	 */
	static class Security {

		/**
		 * Whether listeners run with the peer as the authentication of their thread,
		 * where Spring Security is there.
		 */
		private boolean enabled;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

	}

	/**
	 * Health of ducts.
	 */
	static class Health {

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

}
