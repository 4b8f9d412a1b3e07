package io.ductworks.spring.listener;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.support.AnnotationExceptionHandlerMethodResolver;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;

/**
 * The methods with {@link MessageExceptionHandler} of one bean. Which of them is for an
 * exception Spring decides. Thread-safe.
 */
final class ExceptionHandlers {

	private final AnnotationExceptionHandlerMethodResolver resolver;

	private final Map<Method, ExceptionHandlerMethod> methods;

	private ExceptionHandlers(AnnotationExceptionHandlerMethodResolver resolver,
			Map<Method, ExceptionHandlerMethod> methods) {
		this.resolver = resolver;
		this.methods = methods;
	}

	/**
	 * Looks at the methods of a bean.
	 * @param bean the bean, or a proxy of it
	 * @param type the class of the bean, not that of a proxy
	 * @param resolvers where the arguments come from
	 * @throws DuctSetupException if one of them cannot work
	 */
	static ExceptionHandlers of(Object bean, Class<?> type, HandlerMethodArgumentResolverComposite resolvers) {
		Map<Method, ExceptionHandlerMethod> methods = new LinkedHashMap<>();
		annotated(type).forEach((method, annotation) -> methods.put(method, ExceptionHandlerMethod
			.of(ListenerMethod.of(ExceptionHandlerMethod.ANNOTATION, bean, type, method), annotation, resolvers)));
		return new ExceptionHandlers(resolver(type), methods);
	}

	private static Map<Method, MessageExceptionHandler> annotated(Class<?> type) {
		return MethodIntrospector.selectMethods(type,
				(MethodIntrospector.MetadataLookup<MessageExceptionHandler>) (method) -> AnnotatedElementUtils
					.findMergedAnnotation(method, MessageExceptionHandler.class));
	}

	private static AnnotationExceptionHandlerMethodResolver resolver(Class<?> type) {
		try {
			return new AnnotationExceptionHandlerMethodResolver(type);
		}
		catch (IllegalStateException ex) {
			throw new DuctSetupException(
					"The class " + type.getName() + " has two " + ExceptionHandlerMethod.ANNOTATION
							+ " methods for one exception: " + ex.getMessage() + ".",
					"Keep one of them, or let each be for an exception of its own.", ex);
		}
	}

	/**
	 * The method that handles an exception.
	 * @return {@code null} if there is none
	 */
	@Nullable ExceptionHandlerMethod find(Exception failure) {
		Method method = this.resolver.resolveMethod(failure);
		return (method != null) ? this.methods.get(method) : null;
	}

	/**
	 * All methods.
	 */
	Collection<ExceptionHandlerMethod> all() {
		return this.methods.values();
	}

	/**
	 * Whether one of them has the message as it came.
	 */
	boolean takeTheMessage() {
		return this.methods.values().stream().anyMatch(ExceptionHandlerMethod::takesTheMessage);
	}

}
