package io.ductworks.spring.listener;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.messaging.Message;

/**
 * A result that holds the answer, or gives it later, instead of being it: what would go
 * out is what its getters say.
 *
 * @param why why it is no answer, as the end of a sentence
 * @param remedy what to return instead
 */
record WrappedResult(String why, String remedy) {

	private static final String HTTP_ENTITY = "org.springframework.http.HttpEntity";

	private static final String DEFERRED = "org.springframework.web.context.request.async.DeferredResult";

	private static final String WEB_TASK = "org.springframework.web.context.request.async.WebAsyncTask";

	private static final WrappedResult ASYNCHRONOUS = new WrappedResult("an answer is one value",
			"Return the value itself, a CompletableFuture of it or, where Reactor is there, a Mono.");

	private static final WrappedResult MESSAGE = new WrappedResult("its headers have no place in a frame",
			"Return its payload.");

	private static final WrappedResult ENTITY = new WrappedResult("its status and headers have no place in a frame",
			"Return its body; to answer with a failure, throw a DuctProblemException.");

	private static final WrappedResult DEFERRING = new WrappedResult("nobody calls it", "Return the value itself.");

	/** Looked at once for each class, since it is asked for each answer. */
	private static final ClassValue<Known> KNOWN = new ClassValue<>() {

		@Override
		protected Known computeValue(Class<?> type) {
			return new Known(find(type));
		}

	};

	/**
	 * Why values of a class are no answers.
	 * @return {@code null} if they are
	 */
	static @Nullable WrappedResult of(Class<?> type) {
		return KNOWN.get(type).wrapped();
	}

	private static @Nullable WrappedResult find(Class<?> type) {
		if (isAsynchronous(type)) {
			return ASYNCHRONOUS;
		}
		if (Message.class.isAssignableFrom(type)) {
			return MESSAGE;
		}
		if (isNamed(type, HTTP_ENTITY)) {
			return ENTITY;
		}
		return (Callable.class.isAssignableFrom(type) || Supplier.class.isAssignableFrom(type)) ? DEFERRING : null;
	}

	/**
	 * Spring's registry knows no type at all where Reactive Streams are not on the class
	 * path.
	 */
	private static boolean isAsynchronous(Class<?> type) {
		return Future.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type)
				|| Flow.Publisher.class.isAssignableFrom(type) || isNamed(type, DEFERRED) || isNamed(type, WEB_TASK)
				|| ReactiveAdapterRegistry.getSharedInstance().getAdapter(type) != null;
	}

	/**
	 * By name, since spring-web need not be there.
	 */
	private static boolean isNamed(Class<?> type, String name) {
		for (Class<?> current = type; current != null; current = current.getSuperclass()) {
			if (current.getName().equals(name)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * What is known of a class.
	 */
	private record Known(@Nullable WrappedResult wrapped) {
	}

}
