package io.ductworks.spring.listener;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.listener.ListenerPayload.Part;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.util.ClassUtils;
import org.springframework.validation.Errors;

/**
 * Which parameters of a method take the payload, or parts of it.
 */
final class PayloadParameter {

	private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	private PayloadParameter() {
	}

	/**
	 * What a message is decoded to.
	 * @param rpc whether messages are calls, which have parameters
	 * @throws DuctSetupException if there are several parameters for a payload, or one
	 * that can take nothing
	 */
	static ListenerPayload of(ListenerMethod method, boolean rpc) {
		List<MethodParameter> parameters = List.of(method.getMethodParameters());
		parameters.forEach((parameter) -> requireSupported(method, parameter));
		List<MethodParameter> payloads = parameters.stream().filter(PayloadParameter::isPayload).toList();
		boolean annotated = payloads.stream().anyMatch((parameter) -> parameter.hasParameterAnnotation(Payload.class));
		if (payloads.size() > 1 && (annotated || !rpc)) {
			throw new DuctSetupException(
					"@DuctListener method " + method.describe() + " has " + payloads.size()
							+ " parameters that could take the payload, a message has one.",
					"Keep one of them; others may be MessageDuct, Principal, Message, or annotated with @Header or @Headers. "
							+ "With protocol json-rpc several are taken by name or position, without @Payload.",
					null);
		}
		boolean byName = rpc && !annotated
				&& (payloads.size() > 1 || payloads.size() == 1 && isSimple(unwrap(method.type(payloads.get(0)))));
		return new ListenerPayload(type(method, parameters, byName ? List.of() : payloads, rpc),
				byName ? parts(method, payloads) : Map.of());
	}

	/**
	 * What the payload is decoded to as a whole.
	 * @param payloads the parameter that takes it, if there is one
	 */
	private static @Nullable Type type(ListenerMethod method, List<MethodParameter> parameters,
			List<MethodParameter> payloads, boolean rpc) {
		boolean undecoded = rpc
				|| parameters.stream().anyMatch((parameter) -> parameter.getParameterType() == DuctMessage.class);
		return Stream.concat(payloads.stream(), parameters.stream().filter(PayloadParameter::isMessage))
			.findFirst()
			.map((parameter) -> unwrap(method.type(parameter)))
			.orElse(undecoded ? null : Object.class);
	}

	private static Map<Integer, Part> parts(ListenerMethod method, List<MethodParameter> payloads) {
		Map<Integer, Part> parts = new HashMap<>();
		for (MethodParameter parameter : payloads) {
			parameter.initParameterNameDiscovery(NAMES);
			String name = parameter.getParameterName();
			if (name == null) {
				throw new DuctSetupException(
						"@DuctListener method " + method.describe()
								+ " takes parameters by name, and the names are not known.",
						"Compile with -parameters, or take one parameter with @Payload.", null);
			}
			Type type = unwrap(method.type(parameter));
			Type boxed = (type instanceof Class<?> raw) ? ClassUtils.resolvePrimitiveIfNecessary(raw) : type;
			parts.put(parameter.getParameterIndex(), new Part(name, parts.size(), boxed));
		}
		return parts;
	}

	/**
	 * Whether JSON has values of a type that are neither objects nor arrays.
	 */
	private static boolean isSimple(Type type) {
		return type == byte[].class || type instanceof Class<?> raw && BeanUtils.isSimpleValueType(raw);
	}

	/**
	 * Refuses what looks as if it were supported, and would be taken for the payload.
	 */
	private static void requireSupported(ListenerMethod method, MethodParameter parameter) {
		String remedy = remedy(parameter.getParameterType());
		if (remedy != null) {
			throw new DuctSetupException(
					"@DuctListener method " + method.describe() + " has a parameter of type "
							+ parameter.getParameterType().getSimpleName() + ", for which there is no argument.",
					remedy, null);
		}
	}

	private static @Nullable String remedy(Class<?> type) {
		if (MessageDuct.class.isAssignableFrom(type) && type != MessageDuct.class) {
			return "Declare it as MessageDuct, which is the connection that the message came on, or have the bean of the "
					+ "duct injected.";
		}
		if (MessageHeaderAccessor.class.isAssignableFrom(type) && type != MessageHeaderAccessor.class) {
			return "Declare it as MessageHeaderAccessor, or as MessageHeaders.";
		}
		if (Message.class.isAssignableFrom(type) && !type.isAssignableFrom(InboundMessage.class)) {
			return "Declare it as Message.";
		}
		if (type.getName().equals("kotlin.coroutines.Continuation")) {
			return "Remove the modifier suspend; return a CompletableFuture where the answer comes later.";
		}
		return Errors.class.isAssignableFrom(type)
				? "Remove it: a message that is not valid is answered with status 400, and not handed in." : null;
	}

	private static boolean isPayload(MethodParameter parameter) {
		if (parameter.hasParameterAnnotation(Payload.class)) {
			return true;
		}
		return !isOfMessage(parameter) && !ConnectionArgumentResolver.isConnection(parameter);
	}

	/**
	 * Whether a parameter takes a message of Spring's, or headers of it.
	 */
	static boolean isOfMessage(MethodParameter parameter) {
		Class<?> type = parameter.getParameterType();
		return parameter.hasParameterAnnotation(Header.class) || parameter.hasParameterAnnotation(Headers.class)
				|| isMessage(parameter) || type == MessageHeaders.class || type == MessageHeaderAccessor.class;
	}

	private static boolean isMessage(MethodParameter parameter) {
		return Message.class.isAssignableFrom(parameter.getParameterType());
	}

	/**
	 * The type inside of {@code Optional<T>} and {@code Message<T>}.
	 */
	private static Type unwrap(Type type) {
		if (type instanceof ParameterizedType generic && generic.getRawType() instanceof Class<?> raw
				&& (raw == Optional.class || Message.class.isAssignableFrom(raw))) {
			Type inner = generic.getActualTypeArguments()[0];
			return (inner instanceof Class<?> || inner instanceof ParameterizedType) ? inner : Object.class;
		}
		return (type == Message.class) ? Object.class : type;
	}

}
