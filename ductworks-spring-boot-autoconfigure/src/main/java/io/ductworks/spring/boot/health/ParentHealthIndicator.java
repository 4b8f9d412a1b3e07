package io.ductworks.spring.boot.health;

import io.ductworks.message.Accept;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.lifecycle.CertificateReloads;
import io.ductworks.transport.DuctAddress;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of a parent: it listens, whether there are children or not. One that takes a
 * single child listens no more, and is well as long as that is connected.
 */
final class ParentHealthIndicator extends DuctHealthIndicator {

	private final MessageDuctParent parent;

	ParentHealthIndicator(String name, MessageDuctParent parent, CertificateReloads reloads) {
		super(name, reloads);
		this.parent = parent;
	}

	@Override
	void check(Health.Builder health) {
		boolean open = this.parent.isListening() || this.parent.accept() == Accept.ONCE && this.parent.isConnected();
		DuctAddress address = open ? this.parent.listenerAddress() : this.parent.bindAddress();
		health.status(open ? Status.UP : Status.DOWN)
			.withDetail("address", address.toString())
			.withDetail("children", this.parent.children().size());
	}

}
