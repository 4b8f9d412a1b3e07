package io.ductworks.spring.client;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import java.util.stream.Stream;

import io.ductworks.message.TypedPayload;
import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.ParameterNameDiscoverer;

/**
 * What becomes of the arguments of a method. Immutable.
 *
 * @param names the names of the parameters, empty unless there are several
 * @param types their types, without type variables
 */
record ExchangeArguments(List<String> names, List<Type> types) {

	private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	/**
	 * Those of a method.
	 * @param type the interface, where type variables get their meaning
	 * @return the arguments, or {@code null} if there are several and their names are not
	 * known
	 */
	static @Nullable ExchangeArguments of(Method method, Class<?> type) {
		List<Type> types = List.of(types(method, type));
		if (types.size() < 2) {
			return new ExchangeArguments(List.of(), types);
		}
		@Nullable String @Nullable [] names = NAMES.getParameterNames(method);
		return (names != null) ? new ExchangeArguments(Stream.of(names).map(String::valueOf).toList(), types) : null;
	}

	static Type[] types(Method method, Class<?> type) {
		return Stream.of(method.getGenericParameterTypes())
			.map((parameter) -> GenericTypeResolver.resolveType(parameter, type))
			.toArray(Type[]::new);
	}

	/**
	 * The payload: of several arguments an object, by name.
	 */
	@Nullable Object payload(@Nullable Object[] values) {
		return switch (values.length) {
			case 0 -> null;
			case 1 -> TypedPayload.of(values[0], this.types.get(0));
			default -> new NamedArguments(this, values);
		};
	}

}
