package io.ductworks.spring.boot.health;

import java.util.Map;
import java.util.TreeMap;

import io.ductworks.message.MessageDuct;
import io.ductworks.spring.CertificateReloads;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * The health of one duct. New certificates that cannot be used are shown, and make it no
 * worse: the duct goes on with those before.
 */
abstract class DuctHealthIndicator implements HealthIndicator {

	private final MessageDuct duct;

	private final CertificateReloads reloads;

	DuctHealthIndicator(MessageDuct duct, CertificateReloads reloads) {
		this.duct = duct;
		this.reloads = reloads;
	}

	@Override
	public final Health health() {
		Health.Builder health = check();
		CertificateReloads.Failure failure = this.reloads.failure(this.duct.name());
		if (failure != null) {
			health.withDetail("ssl",
					new TreeMap<>(Map.of("message", failure.message(), "since", failure.since().toString())));
		}
		return health.build();
	}

	abstract Health.Builder check();

}
