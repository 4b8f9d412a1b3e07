package io.ductworks.spring.listener;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.lang.reflect.UndeclaredThrowableException;

import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.HandlerMethod;

/**
 * The method of a listener, and the bean that has it.
 */
final class ListenerMethod extends HandlerMethod {

	private final String annotation;

	private final Class<?> targetType;

	private final Method invoked;

	private ListenerMethod(String annotation, Object bean, Class<?> targetType, Method method, Method invoked) {
		super(bean, method);
		this.annotation = annotation;
		this.targetType = targetType;
		this.invoked = invoked;
	}

	/**
	 * A method of a bean.
	 * @param annotation what it is annotated with
	 * @param bean the bean, or a proxy of it
	 * @param type the class of the bean, not that of a proxy
	 * @param method the method of that class, whose parameters count; a proxy may have
	 * the one to invoke of an interface
	 * @throws DuctSetupException if it cannot be invoked
	 */
	static ListenerMethod of(String annotation, Object bean, Class<?> type, Method method) {
		try {
			return new ListenerMethod(annotation, bean, type, method,
					AopUtils.selectInvocableMethod(method, bean.getClass()));
		}
		catch (IllegalStateException ex) {
			throw new DuctSetupException(
					annotation + " method " + describe(method)
							+ " cannot be called through the proxy that its bean has.",
					AopUtils.isJdkDynamicProxy(bean)
							? "Declare it in an interface of the class, or let the proxy be one of the class "
									+ "(spring.aop.proxy-target-class: true; of a scope, ScopedProxyMode.TARGET_CLASS)."
							: "Let it be package-private, protected or public.",
					ex);
		}
	}

	/**
	 * Invokes the method of the bean.
	 * @return its result
	 * @throws Exception what it throws
	 */
	@Nullable Object invoke(@Nullable Object[] arguments) throws Exception {
		try {
			return AopUtils.invokeJoinpointUsingReflection(getBean(), this.invoked, arguments);
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new UndeclaredThrowableException(ex);
		}
	}

	/**
	 * The class of the bean, not that of a proxy.
	 */
	Class<?> targetType() {
		return this.targetType;
	}

	/**
	 * Where type variables of a superclass get their meaning.
	 */
	@Override
	protected Class<?> getContainingClass() {
		return this.targetType;
	}

	/**
	 * The type of a parameter, without type variables.
	 */
	Type type(MethodParameter parameter) {
		return GenericTypeResolver.resolveType(parameter.getGenericParameterType(), this.targetType);
	}

	/**
	 * What messages for people call it, with its annotation.
	 */
	String declared() {
		return this.annotation + " method " + describe();
	}

	/**
	 * What messages for people call it.
	 */
	String describe() {
		return describe(getMethod());
	}

	static String describe(Method method) {
		return method.getDeclaringClass().getName() + "." + method.getName();
	}

}
