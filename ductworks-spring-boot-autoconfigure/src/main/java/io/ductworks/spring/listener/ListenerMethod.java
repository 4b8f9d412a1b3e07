package io.ductworks.spring.listener;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.lang.reflect.UndeclaredThrowableException;

import org.jspecify.annotations.Nullable;

import org.springframework.aop.support.AopUtils;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.handler.HandlerMethod;

/**
 * The method of a listener, and the bean that has it.
 */
final class ListenerMethod extends HandlerMethod {

	private final Class<?> targetType;

	private final Method invoked;

	/**
	 * Creates the method.
	 * @param bean the bean, or a proxy of it
	 * @param targetType the class of the bean, not that of a proxy
	 * @param method the method of that class, whose parameters count
	 * @param invoked the one to invoke, which a proxy may have of an interface
	 */
	ListenerMethod(Object bean, Class<?> targetType, Method method, Method invoked) {
		super(bean, method);
		this.targetType = targetType;
		this.invoked = invoked;
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
	 * What messages for people call it.
	 */
	String describe() {
		return describe(getMethod());
	}

	static String describe(Method method) {
		return method.getDeclaringClass().getName() + "." + method.getName();
	}

}
