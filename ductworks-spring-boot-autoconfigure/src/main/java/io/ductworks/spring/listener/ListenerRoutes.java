package io.ductworks.spring.listener;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.ductworks.codec.MessageCodec;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.listener.ListenerBean.Declaration;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of its duct a listener declares to take, and whether that can work.
 *
 * @param placeholders replaces those in methods and types
 */
record ListenerRoutes(Placeholders placeholders) {

	/**
	 * The method, or the type, of the messages that a listener takes.
	 * @return {@code null} for those that no other takes
	 * @throws DuctSetupException if it cannot be told from others by that
	 */
	@Nullable String route(Declaration declaration, ListenedDuct duct) {
		String method = this.placeholders.resolve(declaration, declaration.annotation().method());
		String type = this.placeholders.resolve(declaration, declaration.annotation().type());
		if (!method.isEmpty() && !duct.isRpc()) {
			throw new DuctSetupException(
					declaration.describe() + " has the method '" + method
							+ "', and the messages of a bare duct have none.",
					"Set the duct's protocol to json-rpc, on both sides; or its type-field to the member that tells its "
							+ "messages apart, and type in place of method.",
					null);
		}
		if (!type.isEmpty() && duct.isRpc()) {
			throw new DuctSetupException(
					declaration.describe() + " has the type '" + type
							+ "', which is for bare ducts, and its duct speaks " + "json-rpc.",
					"Set method in place of type.", null);
		}
		if (!type.isEmpty()) {
			requireTypes(declaration, duct, type);
		}
		String route = duct.isRpc() ? method : type;
		return route.isEmpty() ? null : route;
	}

	private static void requireTypes(Declaration declaration, ListenedDuct duct, String type) {
		if (duct.typeField() == null) {
			throw new DuctSetupException(
					declaration.describe() + " has the type '" + type
							+ "', and its duct does not know which member of a message says that.",
					"Set the duct's type-field to the name of that member, such as kind.", null);
		}
		@Nullable MessageCodec codec = duct.duct().codec();
		if (codec != null && !codec.supports(Map.class)) {
			throw new DuctSetupException(
					declaration.describe() + " has the type '" + type
							+ "', and its duct carries no messages with members, " + "with its codec, " + codec + ".",
					"Let the duct have the codec json, or remove the type.", null);
		}
	}

	/**
	 * Requires that one listener at most takes each message.
	 * @throws DuctSetupException if there are two
	 */
	static void requireUnambiguous(ListenedDuct duct, List<ListenerEndpoint> endpoints) {
		Map<@Nullable String, ListenerEndpoint> byRoute = new HashMap<>();
		boolean routed = endpoints.stream().anyMatch((endpoint) -> endpoint.route() != null);
		for (ListenerEndpoint endpoint : endpoints) {
			String route = endpoint.route();
			ListenerEndpoint other = byRoute.putIfAbsent(route, endpoint);
			if (other != null) {
				String which = (route != null) ? " for the " + duct.routeKind() + " '" + route + "'"
						: routed ? " without a " + duct.routeKind() : "";
				throw new DuctSetupException(
						"Duct '" + duct.name() + "' has two listeners" + which + ", " + other.method().describe()
								+ " and " + endpoint.method().describe() + ".",
						"Keep one of them, give the other a duct of its own, or let " + (duct.isRpc()
								? "each have a method." : "each have a type; the duct's type-field is the "
										+ "member of a message that says it."),
						null);
			}
		}
	}

}
