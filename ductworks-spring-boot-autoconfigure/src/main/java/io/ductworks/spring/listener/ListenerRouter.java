package io.ductworks.spring.listener;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.ductworks.message.DuctHandler;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

/**
 * Hands each message of a duct to the listener that takes it: the one with its method or
 * type, else the one that has none. Messages may come while listeners are added and
 * removed; only one thread at a time does that.
 */
final class ListenerRouter {

	private final ListenedDuct duct;

	private final boolean answers;

	private volatile Routes routes = Routes.of(List.of());

	/**
	 * Creates a router without listeners.
	 * @param duct the duct
	 * @param answers whether a listener of it has a result
	 */
	ListenerRouter(ListenedDuct duct, boolean answers) {
		this.duct = duct;
		this.answers = answers;
	}

	/**
	 * The handler of the duct. Answers of a bare one bear no mark, so its listeners
	 * answer all messages or none.
	 */
	DuctHandler handler() {
		return (this.answers && !this.duct.isRpc()) ? DuctHandler.answering(this::answer) : this::handle;
	}

	/**
	 * Requires that the results of listeners would be sent.
	 * @throws DuctSetupException if the listeners of the duct answer nothing
	 */
	void requireAnswered(List<ListenerEndpoint> endpoints) {
		if (this.answers || this.duct.isRpc()) {
			return;
		}
		endpoints.stream().filter(ListenerEndpoint::answers).findFirst().ifPresent((endpoint) -> {
			throw new DuctSetupException(
					"@DuctListener method " + endpoint.method().describe()
							+ " has a result, and the listeners that bare duct '" + this.duct.name()
							+ "' was opened with have none, so it answers nothing.",
					"Let one of those that are there from the start have a result, or set the duct's protocol to "
							+ "json-rpc, on both sides.",
					null);
		});
	}

	/**
	 * The listeners.
	 */
	List<ListenerEndpoint> endpoints() {
		return this.routes.all.stream().map(ListenerHandler::endpoint).toList();
	}

	/**
	 * Adds listeners.
	 * @param handlers theirs, none with a route that another has
	 */
	void add(List<ListenerHandler> handlers) {
		List<ListenerHandler> all = new ArrayList<>(this.routes.all);
		all.addAll(handlers);
		this.routes = Routes.of(all);
	}

	/**
	 * Removes a listener.
	 * @return its handler, or {@code null} if there is none
	 */
	@Nullable ListenerHandler remove(RegisteredListener listener) {
		List<ListenerHandler> all = new ArrayList<>(this.routes.all);
		for (ListenerHandler handler : this.routes.all) {
			if (handler.listener() == listener) {
				all.remove(handler);
				this.routes = Routes.of(all);
				return handler;
			}
		}
		return null;
	}

	/**
	 * Listeners answer by themselves.
	 */
	private @Nullable Object answer(MessageDuct from, DuctMessage message) throws Exception {
		handle(from, message);
		return null;
	}

	private void handle(MessageDuct from, DuctMessage message) throws Exception {
		Routes routes = this.routes;
		String route = routes.byRoute.isEmpty() ? null : this.duct.route(message);
		ListenerHandler handler = (route != null) ? routes.byRoute.getOrDefault(route, routes.otherwise)
				: routes.otherwise;
		if (handler != null) {
			handler.handle(from, message);
		}
		else {
			message.notFound(this.duct.isRpc() ? "No such method" : "No such type", route);
		}
	}

	/**
	 * The listeners at one time.
	 *
	 * @param all all of them
	 * @param byRoute those that have a method or type, by that
	 * @param otherwise the one that has none, or {@code null}
	 */
	private record Routes(List<ListenerHandler> all, Map<String, ListenerHandler> byRoute,
			@Nullable ListenerHandler otherwise) {

		static Routes of(List<ListenerHandler> all) {
			Map<String, ListenerHandler> byRoute = new HashMap<>();
			ListenerHandler otherwise = null;
			for (ListenerHandler handler : all) {
				String route = handler.endpoint().route();
				if (route != null) {
					byRoute.put(route, handler);
				}
				else {
					otherwise = handler;
				}
			}
			return new Routes(List.copyOf(all), byRoute, otherwise);
		}

	}

}
