package io.ductworks.spring.listener;

import java.lang.reflect.Method;
import java.lang.reflect.Type;

import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.HandlerMethod;

/**
 * The method of a listener, and the bean that has it.
 */
final class ListenerMethod extends HandlerMethod {

	private final Class<?> targetType;

	/**
	 * Creates the method.
	 * @param bean the bean, or a proxy of it
	 * @param targetType the class of the bean, not that of a proxy
	 * @param method the method
	 */
	ListenerMethod(Object bean, Class<?> targetType, Method method) {
		super(bean, method);
		this.targetType = targetType;
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
	 * What messages for people call it.
	 */
	String describe() {
		return describe(getMethod());
	}

	static String describe(Method method) {
		return method.getDeclaringClass().getName() + "." + method.getName();
	}

}
