package io.ductworks.internal.transport;

import java.io.IOException;
import java.nio.file.attribute.UserPrincipal;

import org.jspecify.annotations.Nullable;

/**
 * The users that may own what a socket depends on: the own one and root, since these can
 * do as they like in any case. Whom the system shows as it shows all that it has no
 * number for is neither. Immutable.
 */
final class Owners {

	private final @Nullable UserPrincipal own;

	private final @Nullable UserPrincipal root;

	private final @Nullable UserPrincipal unmapped;

	Owners(UserLookup lookup) throws IOException {
		this.own = lookup.own();
		this.root = lookup.root();
		this.unmapped = lookup.unmapped();
	}

	static Owners ofThisProcess() throws IOException {
		return new Owners(new LocalUser());
	}

	boolean areTrusted(UnixFile file) {
		return isOwn(file) || file.owner().equals(this.root) && !file.owner().equals(this.unmapped);
	}

	boolean isOwn(UnixFile file) {
		return file.owner().equals(this.own) && !file.owner().equals(this.unmapped);
	}

}
