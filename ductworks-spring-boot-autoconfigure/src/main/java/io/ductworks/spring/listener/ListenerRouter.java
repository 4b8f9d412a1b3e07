package io.ductworks.spring.listener;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.ductworks.message.DuctHandler;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;

/**
 * Hands each message of a duct to the listener that takes it: the one with its method or
 * type, else the one that has none. Thread-safe.
 */
final class ListenerRouter {

	private final ListenedDuct duct;

	private final Map<String, ListenerHandler> byRoute = new HashMap<>();

	private final @Nullable ListenerHandler otherwise;

	private ListenerRouter(ListenedDuct duct, List<ListenerHandler> handlers) {
		this.duct = duct;
		ListenerHandler otherwise = null;
		for (ListenerHandler handler : handlers) {
			String route = handler.endpoint().route();
			if (route != null) {
				this.byRoute.put(route, handler);
			}
			else {
				otherwise = handler;
			}
		}
		this.otherwise = otherwise;
	}

	/**
	 * Makes the handler of a duct. Answers of a bare one bear no mark, so its listeners
	 * answer all messages or none.
	 * @param duct the duct
	 * @param handlers those of its listeners, no two with the same route
	 */
	static DuctHandler handler(ListenedDuct duct, List<ListenerHandler> handlers) {
		ListenerRouter router = new ListenerRouter(duct, handlers);
		boolean answers = handlers.stream().anyMatch((handler) -> handler.endpoint().answers());
		return (answers && !duct.isRpc()) ? DuctHandler.answering(router::answer) : router::handle;
	}

	/**
	 * Listeners answer by themselves.
	 */
	private @Nullable Object answer(MessageDuct from, DuctMessage message) throws Exception {
		handle(from, message);
		return null;
	}

	private void handle(MessageDuct from, DuctMessage message) throws Exception {
		String route = this.byRoute.isEmpty() ? null : this.duct.route(message);
		ListenerHandler handler = (route != null) ? this.byRoute.getOrDefault(route, this.otherwise) : this.otherwise;
		if (handler != null) {
			handler.handle(from, message);
		}
		else {
			message.notFound(this.duct.isRpc() ? "No such method" : "No such type", route);
		}
	}

}
