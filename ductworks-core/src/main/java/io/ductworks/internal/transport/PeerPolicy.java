package io.ductworks.internal.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.Principal;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import javax.security.auth.x500.X500Principal;

import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who may be at the other end of a Unix domain socket, or of TLS. Thread-safe. Users and
 * groups are looked up once, when they are needed: for Unix domain sockets only.
 */
public final class PeerPolicy {

	private final List<String> users;

	private final List<String> groups;

	private final Set<X500Principal> subjects;

	private final UserLookup lookup;

	private volatile @Nullable LocalPeers local;

	private PeerPolicy(Collection<String> users, Collection<String> groups, Set<X500Principal> subjects,
			UserLookup lookup) {
		this.users = List.copyOf(users);
		this.groups = List.copyOf(groups);
		this.subjects = subjects;
		this.lookup = lookup;
	}

	/**
	 * Allows the users and groups that are named, or the own user and root if none is;
	 * and of those whose certificate is trusted the subjects that are named, or all if
	 * none is. Looks up no user or group.
	 * @param users names or numbers of users
	 * @param groups names or numbers of groups
	 * @param subjects distinguished names as of RFC 2253
	 * @return the policy
	 * @throws IllegalArgumentException if a subject is no distinguished name
	 */
	public static PeerPolicy of(Collection<String> users, Collection<String> groups, Collection<String> subjects) {
		return of(users, groups, subjects, new LocalUser());
	}

	static PeerPolicy of(Collection<String> users, Collection<String> groups, Collection<String> subjects,
			UserLookup lookup) {
		return new PeerPolicy(users, groups,
				subjects.stream().map(X500Principal::new).collect(Collectors.toUnmodifiableSet()), lookup);
	}

	/**
	 * Looks up the users and groups, if that was not done, so that a wrong name is found
	 * before there is a peer. For an address of a Unix domain socket.
	 * @throws IllegalArgumentException if this machine has no user or group of that name,
	 * or users or groups were named and this system does not tell who a peer is
	 * @throws UncheckedIOException if the look-up failed
	 */
	public void resolve() {
		local();
	}

	private LocalPeers local() {
		LocalPeers local = this.local;
		if (local == null) {
			try {
				local = (this.users.isEmpty() && this.groups.isEmpty()) ? LocalPeers.ownUserAndRoot(this.lookup)
						: LocalPeers.named(this.users, this.groups, this.lookup);
			}
			catch (IOException ex) {
				throw new UncheckedIOException("The users of this machine cannot be looked up", ex);
			}
			this.local = local;
		}
		return local;
	}

	/**
	 * Says why a peer may not be connected.
	 * @param connection the connection to the peer
	 * @param address where it was made
	 * @return who the peer is and who may be there, or {@code null} if this one may
	 * @throws IllegalArgumentException as {@link #resolve()}, for a Unix domain socket
	 * @throws UncheckedIOException as {@link #resolve()}, for a Unix domain socket
	 */
	public @Nullable String refusal(ByteConnection connection, DuctAddress address) {
		if (address instanceof DuctAddress.Tcp) {
			return refusal(connection.peer());
		}
		return (address instanceof DuctAddress.Unix) ? local().refusal(connection.peer(), connection.peerGroup())
				: null;
	}

	private @Nullable String refusal(@Nullable Principal subject) {
		if (this.subjects.isEmpty() || subject instanceof X500Principal && this.subjects.contains(subject)) {
			return null;
		}
		return ((subject != null) ? "its certificate is for " + subject.getName() : "it showed no certificate")
				+ "; allowed are "
				+ this.subjects.stream().map(Principal::getName).sorted().collect(Collectors.joining(", "));
	}

}
