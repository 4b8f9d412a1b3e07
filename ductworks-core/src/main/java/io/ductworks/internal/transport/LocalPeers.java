package io.ductworks.internal.transport;

import java.io.IOException;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
import java.security.Principal;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * The users and groups that may be at the other end of a Unix domain socket. Immutable.
 */
final class LocalPeers {

	private final Set<UserPrincipal> users;

	private final Set<GroupPrincipal> groups;

	/** Whether an unknown user may be there: not if users or groups were named. */
	private final boolean takesUnknown;

	/** As whom this system shows users that it has no number for, if it does. */
	private final @Nullable UserPrincipal unmapped;

	private LocalPeers(Set<UserPrincipal> users, Set<GroupPrincipal> groups, boolean takesUnknown,
			@Nullable UserPrincipal unmapped) {
		this.users = users;
		this.groups = groups;
		this.takesUnknown = takesUnknown;
		this.unmapped = unmapped;
	}

	/**
	 * The own user and root, as far as the system knows them. An own user that is shown
	 * as any other without a number is nobody's own.
	 */
	static LocalPeers ownUserAndRoot(UserLookup lookup) throws IOException {
		Set<UserPrincipal> users = new HashSet<>();
		addIfKnown(lookup.own(), users);
		addIfKnown(lookup.root(), users);
		UserPrincipal unmapped = lookup.unmapped();
		if (unmapped != null) {
			users.remove(unmapped);
		}
		return new LocalPeers(users, Set.of(), true, unmapped);
	}

	private static void addIfKnown(@Nullable UserPrincipal user, Set<UserPrincipal> users) {
		if (user != null) {
			users.add(user);
		}
	}

	/**
	 * The users and groups of some names or numbers.
	 * @throws IllegalArgumentException if one of them is not known, or the system does
	 * not tell which user runs the peer
	 */
	static LocalPeers named(Collection<String> users, Collection<String> groups, UserLookup lookup) throws IOException {
		if (!lookup.tellsPeers()) {
			throw new IllegalArgumentException("this system does not tell which user is at the other end of a Unix "
					+ "domain socket, so users and groups cannot be allowed; leave out both");
		}
		Set<UserPrincipal> allowedUsers = new HashSet<>();
		for (String user : users) {
			allowedUsers.add(lookup.user(user));
		}
		Set<GroupPrincipal> allowedGroups = new HashSet<>();
		for (String group : groups) {
			allowedGroups.add(lookup.group(group));
		}
		return new LocalPeers(allowedUsers, allowedGroups, false, lookup.unmapped());
	}

	/**
	 * Says why a peer may not be there.
	 * @return who the peer is and who may be there, or {@code null} if this one may
	 */
	@Nullable String refusal(@Nullable Principal user, @Nullable Principal group) {
		if (user == null) {
			return this.takesUnknown ? null : "this system does not tell its user; allowed " + allowed();
		}
		if (this.users.contains(user) || group instanceof GroupPrincipal && this.groups.contains(group)) {
			return null;
		}
		return "it runs as user " + user.getName() + ((group != null) ? " of group " + group.getName() : "")
				+ (user.equals(this.unmapped)
						? ", as which this system shows every user that its user namespace has no number for" : "")
				+ "; allowed " + allowed();
	}

	private String allowed() {
		String users = names(this.users);
		String groups = names(this.groups);
		if (groups.isEmpty()) {
			return users.isEmpty() ? "is nobody, since this system knows neither the own user nor root"
					: "are the users " + users;
		}
		return users.isEmpty() ? "are the groups " + groups : "are the users " + users + " and the groups " + groups;
	}

	private static String names(Set<? extends Principal> principals) {
		return principals.stream().map(Principal::getName).sorted().collect(Collectors.joining(", "));
	}

}
