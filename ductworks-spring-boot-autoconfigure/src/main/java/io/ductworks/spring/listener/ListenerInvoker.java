package io.ductworks.spring.listener;

import java.lang.reflect.Type;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.ductworks.MessageCodecException;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;
import org.springframework.util.ClassUtils;

/**
 * Hands a message to the method of a listener: decodes it, resolves the arguments, checks
 * them and invokes the method. Thread-safe.
 */
final class ListenerInvoker {

	private static final boolean VALIDATES = ClassUtils.isPresent("jakarta.validation.ConstraintViolationException",
			ListenerInvoker.class.getClassLoader());

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

	ListenerEndpoint endpoint() {
		return this.endpoint;
	}

	/**
	 * Invokes the method.
	 * @return its result, a {@link CompletableFuture} if that comes later
	 * @throws RejectedMessageException if the message cannot be handed in
	 * @throws Exception what the method throws
	 */
	@Nullable Object invoke(MessageDuct from, DuctMessage message) throws Exception {
		@Nullable Object[] arguments = arguments(from, message);
		check(arguments);
		try {
			return LaterResult.begun(this.endpoint.method().invoke(arguments));
		}
		catch (Exception ex) {
			throw rejectedByProxy(ex);
		}
	}

	/**
	 * What the failure of the method means: a proxy of the bean may check the arguments.
	 */
	Exception rejectedByProxy(Exception failure) {
		List<Violation> violations = (VALIDATES && failure instanceof RuntimeException unchecked)
				? ArgumentValidation.violations(unchecked, this.endpoint.method().getMethod()) : null;
		return (violations != null) ? RejectedMessageException.notValid(this.endpoint, violations) : failure;
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
		Type type = this.endpoint.payload().type();
		try {
			return InboundMessage.of(this.endpoint.duct(), (type != null) ? message.as(type) : null, from, message);
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
