package io.ductworks.spring.boot.health;

import java.time.Duration;

import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.lifecycle.CertificateReloads;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of a child: it is connected, or has not been for a short time only, as when
 * its parent is restarted.
 */
final class ChildHealthIndicator extends DuctHealthIndicator {

	private final MessageDuctChild child;

	private final ChildWatch watch;

	private final Duration grace;

	ChildHealthIndicator(String name, MessageDuctChild child, CertificateReloads reloads, ChildWatch watch,
			Duration grace) {
		super(name, reloads);
		this.child = child;
		this.watch = watch;
		this.grace = grace;
	}

	@Override
	void check(Health.Builder health) {
		health.withDetail("address", this.child.connectAddress().toString());
		if (this.child.isConnected()) {
			health.up().withDetail("state", "connected");
			return;
		}
		boolean inGrace = this.watch.absence(this.child).compareTo(this.grace) < 0;
		health.status(inGrace ? Status.UP : Status.OUT_OF_SERVICE).withDetail("state", "reconnecting");
		String failure = this.watch.failure(this.child);
		if (failure != null) {
			health.withDetail("failure", failure);
		}
	}

}
