package io.ductworks.spring.client;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.ductworks.codec.MessageCodec;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.Protocol;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.KotlinDetector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.ReflectionUtils;
import org.springframework.util.StringValueResolver;

/**
 * An interface with {@link DuctExchange}: what its methods do, and in words what cannot
 * work.
 */
final class ExchangeType {

	private final Class<?> type;

	private final String exchange;

	private final StringValueResolver placeholders;

	/**
	 * Creates the description of an interface.
	 * @param type the interface
	 * @param placeholders resolves placeholders
	 */
	ExchangeType(Class<?> type, StringValueResolver placeholders) {
		this.type = type;
		this.exchange = require(type).value();
		this.placeholders = placeholders;
	}

	/**
	 * Requires a type to be an interface that is annotated.
	 * @return the annotation
	 */
	static DuctExchange require(Class<?> type) {
		DuctExchange annotation = AnnotatedElementUtils.findMergedAnnotation(type, DuctExchange.class);
		if (annotation == null) {
			throw new DuctSetupException(
					"The type " + type.getName() + " is to be a client of a duct, and does not say of which.",
					"Annotate it with @DuctExchange and the name of a duct.", null);
		}
		if (!type.isInterface()) {
			throw new DuctSetupException("@DuctExchange(\"" + annotation.value() + "\") is on " + type.getName()
					+ ", which is no interface.", "Put it on an interface; the library implements that.", null);
		}
		return annotation;
	}

	/**
	 * The types of the messages of an interface: of parameters and answers.
	 */
	static List<Type> messages(Class<?> type) {
		return carriedOut(type).flatMap((method) -> Stream.concat(Stream.of(ExchangeArguments.types(method, type)),
				Stream.ofNullable(ExchangeAnswer.of(method, type).type())))
			.distinct()
			.toList();
	}

	private static Stream<Method> carriedOut(Class<?> type) {
		return Stream.of(type.getMethods())
			.filter((method) -> Modifier.isAbstract(method.getModifiers()) && !ReflectionUtils.isObjectMethod(method));
	}

	/**
	 * What each method does.
	 * @param registry has the ducts
	 * @throws DuctSetupException if one cannot work
	 */
	Map<Method, ExchangeMethod> methods(DuctRegistry registry) {
		MessageDuct duct = duct(registry);
		// That of a mock is not known.
		boolean named = duct.protocol() != Protocol.BARE;
		Map<Method, ExchangeMethod> methods = new LinkedHashMap<>();
		carriedOut(this.type).forEach((method) -> methods.put(method, method(duct, named, method)));
		if (!named) {
			requireOneKind(duct, methods);
		}
		return methods;
	}

	private MessageDuct duct(DuctRegistry registry) {
		String name = resolved("@DuctExchange(\"" + this.exchange + "\") on " + this.type.getName(), this.exchange);
		MessageDuct duct = registry.find(name);
		if (duct == null) {
			String keys = "ductworks.parent." + name + ".address or ductworks.child." + name + ".address.";
			throw new DuctSetupException(
					"@DuctExchange(\"" + this.exchange + "\") on " + this.type.getName()
							+ " names a duct that does not exist.",
					registry.names().isEmpty() ? "Configure " + keys
							: "Use one of " + registry.names() + ", or configure " + keys,
					null);
		}
		return duct;
	}

	private ExchangeMethod method(MessageDuct duct, boolean named, Method method) {
		if (KotlinDetector.isSuspendingFunction(method)) {
			throw new DuctSetupException(describe(method) + " suspends, which a client of a duct cannot.",
					"Return a CompletableFuture or a Mono, and await it.", null);
		}
		DuctMethod annotation = AnnotatedElementUtils.findMergedAnnotation(method, DuctMethod.class);
		ExchangeAnswer answer = ExchangeAnswer.of(method, this.type);
		if (answer.refusal() != null) {
			throw new DuctSetupException(describe(method) + " returns a " + method.getReturnType().getSimpleName()
					+ ", and " + answer.refusal() + ".", "Return the answer itself, or a CompletableFuture of it.",
					null);
		}
		ExchangeArguments arguments = arguments(duct, named, method);
		requireCodec(duct, method, arguments, answer);
		Duration timeout = timeout(annotation, answer, method);
		if (named) {
			return new ExchangeMethod(duct, name(annotation, method), arguments, answer, timeout);
		}
		requireUnnamed(duct, annotation, method);
		return new ExchangeMethod(duct, null, arguments, answer, timeout);
	}

	private ExchangeArguments arguments(MessageDuct duct, boolean named, Method method) {
		if (method.getParameterCount() > 1 && !named) {
			throw new DuctSetupException(
					describe(method) + " has " + method.getParameterCount() + " parameters, and duct '" + duct.name()
							+ "' is bare, where one is the message.",
					"Let it take one object that has them all, or set protocol: json-rpc on both sides.", null);
		}
		ExchangeArguments arguments = ExchangeArguments.of(method, this.type);
		if (arguments == null) {
			throw new DuctSetupException(
					describe(method) + " has several parameters, which are sent by their names, and its class file "
							+ "does not have these.",
					"Compile it with -parameters, or let it take one object that has them all.", null);
		}
		return arguments;
	}

	private String name(@Nullable DuctMethod annotation, Method method) {
		String name = (annotation != null) ? resolved(describe(method), annotation.value()) : "";
		return name.isEmpty() ? method.getName() : name;
	}

	private void requireUnnamed(MessageDuct duct, @Nullable DuctMethod annotation, Method method) {
		if (annotation != null && !annotation.value().isEmpty()) {
			throw new DuctSetupException(
					describe(method) + " is to call \"" + annotation.value() + "\", and duct '" + duct.name()
							+ "' is bare: there are no methods on the wire.",
					"Leave the value of @DuctMethod out, or set protocol: json-rpc on both sides.", null);
		}
	}

	private @Nullable Duration timeout(@Nullable DuctMethod annotation, ExchangeAnswer answer, Method method) {
		if (annotation == null || annotation.timeout().isEmpty()) {
			return null;
		}
		if (answer.form() == ExchangeAnswer.Form.NONE) {
			throw new DuctSetupException(
					describe(method) + " has a time-out, and sends a message without waiting for an answer.",
					"Leave the time-out out; how long to wait for room is the duct's send-timeout.", null);
		}
		String text = resolved(describe(method), annotation.timeout());
		try {
			Duration timeout = DurationFormatterUtils.detectAndParse(text);
			if (timeout.isNegative() || timeout.isZero()) {
				throw new IllegalArgumentException("it is not positive");
			}
			return timeout;
		}
		catch (IllegalArgumentException ex) {
			throw new DuctSetupException(
					describe(method) + " has a time-out of \"" + text + "\", which is none: " + ex.getMessage() + ".",
					"Give one such as 2s, 500ms or PT2S.", ex);
		}
	}

	/**
	 * A duct that stands for one in a test may have no codec.
	 */
	private void requireCodec(MessageDuct duct, Method method, ExchangeArguments arguments, ExchangeAnswer answer) {
		@Nullable MessageCodec codec = duct.codec();
		if (codec == null) {
			return;
		}
		Stream.concat(arguments.types().stream(), Stream.ofNullable(answer.type()))
			.filter((message) -> !codec.supports(message))
			.findFirst()
			.ifPresent((message) -> {
				throw new DuctSetupException(
						describe(method) + " takes or returns " + message.getTypeName() + ", and duct '" + duct.name()
								+ "' carries none with its codec, " + codec + ".",
						"Let it be what the codec carries (text: String, bytes: byte[]), or set another codec of the "
								+ "duct: json carries any type.",
						null);
			});
	}

	/**
	 * Answers bear no mark, so a bare duct either asks or sends.
	 */
	private void requireOneKind(MessageDuct duct, Map<Method, ExchangeMethod> methods) {
		Method asks = null;
		Method sends = null;
		for (Map.Entry<Method, ExchangeMethod> method : methods.entrySet()) {
			if (method.getValue().answer().form() == ExchangeAnswer.Form.NONE) {
				sends = method.getKey();
			}
			else {
				asks = method.getKey();
			}
		}
		if (asks != null && sends != null) {
			throw new DuctSetupException(
					describe(asks) + " asks and " + describe(sends) + " sends, over the bare duct '" + duct.name()
							+ "': if the peer answers what was sent, the answer goes to the next request.",
					"Set protocol: json-rpc on both sides, or take another duct for one of them.", null);
		}
	}

	private String resolved(String where, String text) {
		try {
			return Objects.requireNonNullElse(this.placeholders.resolveStringValue(text), "");
		}
		catch (IllegalArgumentException ex) {
			throw new DuctSetupException(where + " has a placeholder that nothing replaces: " + ex.getMessage() + ".",
					"Set the property, or give a default after a colon, as in ${shop.duct:orders}.", ex);
		}
	}

	private String describe(Method method) {
		return "@DuctExchange method " + this.type.getName() + "." + method.getName();
	}

}
