package io.ductworks.internal.transport;

import java.io.IOException;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;

import org.jspecify.annotations.Nullable;

/**
 * Finds users and groups.
 */
interface UserLookup {

	/**
	 * The user of this process.
	 * @return the user, or {@code null} if it cannot be found
	 */
	@Nullable UserPrincipal own() throws IOException;

	/**
	 * The user who may do everything.
	 * @return the user, or {@code null} where there is none
	 */
	@Nullable UserPrincipal root() throws IOException;

	/**
	 * The user as whom the system shows all those that it has no number for, as in a user
	 * namespace: it may be anybody.
	 * @return the user, or {@code null} where each user has a number
	 */
	@Nullable UserPrincipal unmapped() throws IOException;

	/**
	 * Finds a user by name or number.
	 * @throws IllegalArgumentException if there is none of that name
	 */
	UserPrincipal user(String nameOrNumber) throws IOException;

	/**
	 * Finds a group by name or number.
	 * @throws IllegalArgumentException if there is none of that name
	 */
	GroupPrincipal group(String nameOrNumber) throws IOException;

	/**
	 * Whether the system tells which user is at the other end of a Unix domain socket.
	 */
	boolean tellsPeers() throws IOException;

}
