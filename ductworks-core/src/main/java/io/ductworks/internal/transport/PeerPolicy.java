package io.ductworks.internal.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.security.Principal;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import javax.security.auth.x500.X500Principal;

import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who may be at the other end of a Unix domain socket, or of TLS. Immutable.
 */
public final class PeerPolicy {

	private final Set<UserPrincipal> users;

	private final Set<GroupPrincipal> groups;

	private final Set<X500Principal> subjects;

	/** Whether who is not known may be there: not if somebody was named. */
	private final boolean takesUnknown;

	private PeerPolicy(Set<UserPrincipal> users, Set<GroupPrincipal> groups, Set<X500Principal> subjects,
			boolean takesUnknown) {
		this.users = users;
		this.groups = groups;
		this.subjects = subjects;
		this.takesUnknown = takesUnknown;
	}

	/**
	 * Allows the users and groups that are named, or the own user and root if none is;
	 * and of those whose certificate is trusted the subjects that are named, or all if
	 * none is.
	 * @param users names or numbers of users
	 * @param groups names or numbers of groups
	 * @param subjects distinguished names as of RFC 2253
	 * @return the policy
	 * @throws IllegalArgumentException if this machine has no user or group of that name,
	 * or a subject is no distinguished name
	 */
	public static PeerPolicy of(Collection<String> users, Collection<String> groups, Collection<String> subjects) {
		try {
			Set<X500Principal> allowedSubjects = new HashSet<>();
			for (String subject : subjects) {
				allowedSubjects.add(new X500Principal(subject));
			}
			if (users.isEmpty() && groups.isEmpty()) {
				return new PeerPolicy(new HashSet<>(List.of(LocalUser.own(), LocalUser.root())), Set.of(),
						allowedSubjects, true);
			}
			Set<UserPrincipal> allowedUsers = new HashSet<>();
			for (String user : users) {
				allowedUsers.add(LocalUser.user(user));
			}
			Set<GroupPrincipal> allowedGroups = new HashSet<>();
			for (String group : groups) {
				allowedGroups.add(LocalUser.group(group));
			}
			return new PeerPolicy(allowedUsers, allowedGroups, allowedSubjects, false);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The users of this machine cannot be looked up", ex);
		}
	}

	/**
	 * Says why a peer may not be connected.
	 * @param connection the connection to the peer
	 * @param address where it was made
	 * @return who the peer is and who may be there, or {@code null} if this one may
	 */
	public @Nullable String refusal(ByteConnection connection, DuctAddress address) {
		if (address instanceof DuctAddress.Tcp) {
			return refusal(connection.peer());
		}
		return (address instanceof DuctAddress.Unix) ? refusalOfUser(connection) : null;
	}

	private @Nullable String refusal(@Nullable Principal subject) {
		if (this.subjects.isEmpty() || subject instanceof X500Principal && this.subjects.contains(subject)) {
			return null;
		}
		return ((subject != null) ? "its certificate is for " + subject.getName() : "it showed no certificate")
				+ "; allowed are " + names(this.subjects);
	}

	private @Nullable String refusalOfUser(ByteConnection connection) {
		Principal user = connection.peer();
		Principal group = connection.peerGroup();
		if (user == null) {
			return this.takesUnknown ? null : "this system does not tell its user; allowed " + allowed();
		}
		if (this.users.contains(user) || group instanceof GroupPrincipal && this.groups.contains(group)) {
			return null;
		}
		return "it runs as user " + user.getName() + ((group != null) ? " of group " + group.getName() : "")
				+ "; allowed " + allowed();
	}

	private String allowed() {
		String users = names(this.users);
		String groups = names(this.groups);
		if (groups.isEmpty()) {
			return "are the users " + users;
		}
		return users.isEmpty() ? "are the groups " + groups : "are the users " + users + " and the groups " + groups;
	}

	private static String names(Set<? extends Principal> principals) {
		return principals.stream().map(Principal::getName).sorted().collect(Collectors.joining(", "));
	}

}
