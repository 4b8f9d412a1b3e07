package io.ductworks.spring.boot.health;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.lifecycle.CertificateReloads;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * The health of all ducts, with an entry for each.
 */
public final class DuctHealth {

	private DuctHealth() {
	}

	/**
	 * Makes the health of the ducts of a registry.
	 * @param ducts the ducts
	 * @param reloads knows whose new certificates cannot be used
	 * @param watch knows which children are without a connection
	 * @param grace how long a child may be without a connection before it is out of
	 * service; {@code null} for the {@code disconnected-grace} of each
	 * @return a contributor that may be asked by any thread
	 */
	public static CompositeHealthContributor contributor(DuctRegistry ducts, CertificateReloads reloads,
			ChildWatch watch, @Nullable Duration grace) {
		Map<String, HealthIndicator> indicators = new TreeMap<>();
		ducts.parents()
			.forEach((name, parent) -> indicators.put(name, new ParentHealthIndicator(name, parent, reloads)));
		ducts.children()
			.forEach((name, child) -> indicators.put(name, new ChildHealthIndicator(name, child, reloads, watch,
					(grace != null) ? grace : child.disconnectedGrace())));
		return CompositeHealthContributor.fromMap(indicators);
	}

}
