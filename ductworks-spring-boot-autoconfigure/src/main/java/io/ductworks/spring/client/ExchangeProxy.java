package io.ductworks.spring.client;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

/**
 * Carries out the methods of an interface. Thread-safe.
 */
final class ExchangeProxy implements InvocationHandler {

	private static final Object[] NOTHING = {};

	private final Class<?> type;

	private final SingletonSupplier<Map<Method, ExchangeMethod>> methods;

	private final Map<Method, MethodHandle> defaults = new ConcurrentHashMap<>();

	/**
	 * Creates a proxy.
	 * @param type the interface
	 * @param methods gives its abstract methods, when they are first needed
	 */
	ExchangeProxy(Class<?> type, Supplier<Map<Method, ExchangeMethod>> methods) {
		this.type = type;
		this.methods = SingletonSupplier.of(methods);
	}

	/**
	 * Looks up its duct and methods, unless that was done.
	 * @throws io.ductworks.spring.DuctSetupException if they cannot work
	 */
	void check() {
		this.methods.obtain();
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		@Nullable Object[] given = (arguments != null) ? arguments : NOTHING;
		if (method.getDeclaringClass() == Object.class) {
			return switch (method.getName()) {
				case "equals" -> proxy == given[0];
				case "hashCode" -> System.identityHashCode(proxy);
				default -> "@DuctExchange " + this.type.getName();
			};
		}
		if (method.isDefault()) {
			return handle(method).bindTo(proxy).invokeWithArguments(given);
		}
		return Objects.requireNonNull(this.methods.obtain().get(method), "no such method").invoke(given);
	}

	/**
	 * The body of a default method, be its interface public or not.
	 */
	private MethodHandle handle(Method method) throws IllegalAccessException {
		MethodHandle handle = this.defaults.get(method);
		if (handle == null) {
			Class<?> declaring = method.getDeclaringClass();
			handle = MethodHandles.privateLookupIn(declaring, MethodHandles.lookup())
				.unreflectSpecial(method, declaring)
				.asFixedArity();
			this.defaults.put(method, handle);
		}
		return handle;
	}

}
