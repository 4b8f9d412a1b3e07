package io.ductworks.spring.boot.health;

import java.time.Duration;

import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.CertificateReloads;

import org.springframework.boot.health.contributor.Health;

/**
 * The health of a child: it is connected, or has not been for a short time only, as when
 * its parent is restarted.
 */
final class ChildHealthIndicator extends DuctHealthIndicator {

	private final MessageDuctChild child;

	private final ChildWatch watch;

	private final Duration grace;

	ChildHealthIndicator(MessageDuctChild child, CertificateReloads reloads, ChildWatch watch, Duration grace) {
		super(child, reloads);
		this.child = child;
		this.watch = watch;
		this.grace = grace;
	}

	@Override
	Health.Builder check() {
		String address = this.child.connectAddress().toString();
		if (this.child.isConnected()) {
			return Health.up().withDetail("address", address).withDetail("state", "connected");
		}
		boolean inGrace = this.watch.absence(this.child).compareTo(this.grace) < 0;
		Health.Builder health = (inGrace ? Health.up() : Health.outOfService()).withDetail("address", address)
			.withDetail("state", "reconnecting");
		String failure = this.watch.failure(this.child);
		return (failure != null) ? health.withDetail("failure", failure) : health;
	}

}
