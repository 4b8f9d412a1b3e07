package io.ductworks.spring.listener;

import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.ductworks.MessageCodecException;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;

/**
 * Hands a message to the method of a listener: decodes it, resolves the arguments, checks
 * them and invokes the method. Thread-safe.
 */
final class ListenerInvoker {

	private final ListenerEndpoint endpoint;

	private final Arguments arguments;

	private final @Nullable ArgumentValidation validation;

	/**
	 * Creates an invoker.
	 * @param endpoint the listener
	 * @param resolvers where the arguments come from
	 * @param validation checks the arguments, or {@code null} if there is nothing to
	 * check
	 */
	ListenerInvoker(ListenerEndpoint endpoint, HandlerMethodArgumentResolverComposite resolvers,
			@Nullable ArgumentValidation validation) {
		this.endpoint = endpoint;
		this.arguments = new Arguments(endpoint, resolvers);
		this.validation = validation;
	}

	/**
	 * Invokes the method.
	 * @return its result
	 * @throws RejectedMessageException if the message cannot be handed in
	 * @throws Exception what the method throws
	 */
	@Nullable Object invoke(MessageDuct from, DuctMessage message) throws Exception {
		@Nullable Object[] arguments = arguments(from, message);
		check(arguments);
		return this.endpoint.method().invoke(arguments);
	}

	private @Nullable Object[] arguments(MessageDuct from, DuctMessage message) throws Exception {
		InboundMessage inbound = decoded(from, message);
		try {
			return this.arguments.of(inbound);
		}
		catch (MessageConversionException ex) {
			throw RejectedMessageException.unconvertible(this.endpoint, message.size());
		}
		catch (MethodArgumentNotValidException ex) {
			throw RejectedMessageException.notValid(this.endpoint, ex.getBindingResult());
		}
	}

	private InboundMessage decoded(MessageDuct from, DuctMessage message) {
		Map<String, Object> headers = new HashMap<>();
		headers.put(DuctHeaders.DUCT, this.endpoint.duct());
		headers.put(DuctHeaders.SIZE, message.size());
		String method = message.method();
		if (method != null) {
			headers.put(DuctHeaders.METHOD, method);
		}
		Type type = this.endpoint.payload().type();
		try {
			return new InboundMessage((type != null) ? message.as(type) : null, headers, from, message);
		}
		catch (MessageCodecException ex) {
			throw RejectedMessageException.unreadable(this.endpoint, "", ex);
		}
	}

	private void check(@Nullable Object[] arguments) {
		if (this.validation == null) {
			return;
		}
		List<Violation> violations = this.validation.check(this.endpoint.method(), arguments);
		if (!violations.isEmpty()) {
			throw RejectedMessageException.notValid(this.endpoint, violations);
		}
	}

	/**
	 * The half of Spring's invocation of a method that finds the arguments.
	 */
	private static final class Arguments extends InvocableHandlerMethod {

		Arguments(ListenerEndpoint endpoint, HandlerMethodArgumentResolverComposite resolvers) {
			super(endpoint.method());
			HandlerMethodArgumentResolverComposite all = new HandlerMethodArgumentResolverComposite();
			if (!endpoint.payload().parts().isEmpty()) {
				all.addResolver(new PartArgumentResolver(endpoint, resolvers));
			}
			setMessageMethodArgumentResolvers(all.addResolver(resolvers));
		}

		@Nullable Object[] of(Message<?> message) throws Exception {
			return getMethodArgumentValues(message);
		}

	}

}
