package io.ductworks.spring.listener;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;

/**
 * Results that are not there yet: futures that tell when they are, and what reactive
 * libraries have for one value, where Reactor is there.
 */
final class LaterResult {

	private LaterResult() {
	}

	/**
	 * Whether values of a class give a result later.
	 */
	static boolean isGivenBy(Class<?> type) {
		return CompletionStage.class.isAssignableFrom(type) || adapter(type) != null;
	}

	/**
	 * What is given later.
	 * @param type a type that {@linkplain #isGivenBy gives} it
	 * @return the type, {@code void} if nothing is
	 */
	static Type type(Type type) {
		ResolvableType later = ResolvableType.forType(type);
		Class<?> raw = later.toClass();
		ReactiveAdapter adapter = CompletionStage.class.isAssignableFrom(raw) ? null : adapter(raw);
		if (adapter != null && adapter.isNoValue()) {
			return void.class;
		}
		Type[] arguments = (type instanceof ParameterizedType generic) ? generic.getActualTypeArguments() : new Type[0];
		ResolvableType value = (arguments.length == 1) ? ResolvableType.forType(arguments[0])
				: later.as((adapter != null) ? adapter.getReactiveType() : CompletionStage.class).getGeneric(0);
		if (value.resolve() == Void.class) {
			return void.class;
		}
		boolean isVariable = value.getType() instanceof TypeVariable || value.getType() instanceof WildcardType;
		return isVariable ? value.resolve(Object.class) : value.getType();
	}

	/**
	 * What a method has given, begun if it comes later.
	 * @return a future if it comes later, else the result itself
	 */
	static @Nullable Object begun(@Nullable Object result) {
		return (result != null && isGivenBy(result.getClass())) ? future(result) : result;
	}

	/**
	 * The future of a value that {@linkplain #isGivenBy gives} a result later. To cancel
	 * it cancels what it waits for, as far as that can be.
	 */
	private static CompletableFuture<?> future(Object later) {
		return (later instanceof CompletionStage<?> stage) ? stage.toCompletableFuture() : OfReactive.future(later);
	}

	/**
	 * Spring's registry knows no type at all where Reactive Streams are not on the class
	 * path, and no futures where Reactor is not.
	 */
	private static @Nullable ReactiveAdapter adapter(Class<?> type) {
		ReactiveAdapterRegistry registry = ReactiveAdapterRegistry.getSharedInstance();
		ReactiveAdapter adapter = registry.getAdapter(type);
		boolean isSingle = adapter != null && !adapter.isMultiValue()
				&& registry.getAdapter(CompletionStage.class) != null;
		return isSingle ? adapter : null;
	}

	/**
	 * Needs Reactive Streams.
	 */
	private static final class OfReactive {

		static CompletableFuture<?> future(Object later) {
			ReactiveAdapterRegistry registry = ReactiveAdapterRegistry.getSharedInstance();
			ReactiveAdapter from = registry.getAdapter(null, later);
			ReactiveAdapter to = registry.getAdapter(CompletionStage.class);
			if (from == null || to == null) {
				throw new IllegalStateException("No adapter for " + later.getClass().getName());
			}
			return ((CompletionStage<?>) to.fromPublisher(from.toPublisher(later))).toCompletableFuture();
		}

	}

}
