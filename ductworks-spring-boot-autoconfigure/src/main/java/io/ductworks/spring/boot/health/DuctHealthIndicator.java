package io.ductworks.spring.boot.health;

import java.util.Map;
import java.util.TreeMap;

import io.ductworks.spring.lifecycle.CertificateReloads;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * The health of one duct. New certificates that cannot be used are shown, and make it no
 * worse: the duct goes on with those before.
 */
abstract class DuctHealthIndicator extends AbstractHealthIndicator {

	private final String duct;

	private final CertificateReloads reloads;

	DuctHealthIndicator(String duct, CertificateReloads reloads) {
		super("The health of duct '" + duct + "' is not known");
		this.duct = duct;
		this.reloads = reloads;
	}

	@Override
	protected final void doHealthCheck(Health.Builder health) {
		check(health);
		CertificateReloads.Failure failure = this.reloads.failure(this.duct);
		if (failure != null) {
			health.withDetail("ssl",
					new TreeMap<>(Map.of("message", failure.message(), "since", failure.since().toString())));
		}
	}

	abstract void check(Health.Builder health);

}
