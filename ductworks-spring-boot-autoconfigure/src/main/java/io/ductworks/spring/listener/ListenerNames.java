package io.ductworks.spring.listener;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.listener.ListenerBean.Declaration;

import org.springframework.util.ClassUtils;

/**
 * The names of listeners, each its own. Those that are not set are of the class and the
 * method, with the duct and the route where that is not enough. Not thread-safe.
 */
final class ListenerNames {

	private final Placeholders placeholders;

	/** Tells those that listeners have already. */
	private final Predicate<String> present;

	/** Those that are set, by the endpoints' name. */
	private final Map<String, ListenerEndpoint> set = new HashMap<>();

	/** How often there are those that are not. */
	private final Map<String, Integer> defaults = new HashMap<>();

	ListenerNames(Placeholders placeholders, Predicate<String> present) {
		this.placeholders = placeholders;
		this.present = present;
	}

	/**
	 * The name of a listener: of the class as it was written, not of a proxy of it.
	 */
	String name(Declaration declaration) {
		String id = this.placeholders.resolve(declaration, declaration.annotation().id());
		return id.isEmpty() ? ClassUtils.getUserClass(declaration.bean().type()).getSimpleName() + "."
				+ declaration.method().getName() : id;
	}

	/**
	 * Notes an endpoint.
	 * @throws DuctSetupException if another has the same name, and it is set
	 */
	void add(Declaration declaration, ListenerEndpoint endpoint) {
		if (declaration.annotation().id().isEmpty()) {
			this.defaults.merge(endpoint.id(), 1, Integer::sum);
			return;
		}
		ListenerEndpoint other = this.set.putIfAbsent(endpoint.id(), endpoint);
		if (other != null) {
			throw new DuctSetupException("Two listeners have the id '" + endpoint.id() + "', "
					+ other.method().describe() + " and " + endpoint.method().describe() + ".",
					"Give each an id of its own.", null);
		}
		requireFree(endpoint);
	}

	/**
	 * The endpoints with names of their own.
	 * @throws DuctSetupException if another listener has one already
	 */
	List<ListenerEndpoint> distinct(List<ListenerEndpoint> endpoints) {
		return endpoints.stream()
			.map((endpoint) -> isTaken(endpoint) ? requireFree(endpoint.withId(longer(endpoint))) : endpoint)
			.toList();
	}

	private boolean isTaken(ListenerEndpoint endpoint) {
		ListenerEndpoint named = this.set.get(endpoint.id());
		int others = this.defaults.getOrDefault(endpoint.id(), 0);
		return endpoint != named && (named != null || others > 1 || this.present.test(endpoint.id()));
	}

	private ListenerEndpoint requireFree(ListenerEndpoint endpoint) {
		if (this.present.test(endpoint.id())) {
			throw new DuctSetupException(
					endpoint.method().declared() + " has the id '" + endpoint.id()
							+ "', which another listener has already.",
					"Give each an id of its own, or unregister the other one.", null);
		}
		return endpoint;
	}

	private static String longer(ListenerEndpoint endpoint) {
		String name = endpoint.id() + "@" + endpoint.duct();
		return (endpoint.route() != null) ? name + "/" + endpoint.route() : name;
	}

}
