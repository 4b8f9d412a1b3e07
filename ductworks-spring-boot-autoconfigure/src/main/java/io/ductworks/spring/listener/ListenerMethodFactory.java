package io.ductworks.spring.listener;

import java.lang.reflect.Method;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.messaging.converter.GenericMessageConverter;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;
import org.springframework.util.ClassUtils;
import org.springframework.validation.Validator;

/**
 * Makes listener methods invocable: with Spring's own resolvers of arguments, ours for
 * payloads and connections, and a check of the arguments where there is something to
 * check.
 */
final class ListenerMethodFactory extends DefaultMessageHandlerMethodFactory {

	private static final boolean JAKARTA = ClassUtils.isPresent("jakarta.validation.Validator",
			ListenerMethodFactory.class.getClassLoader());

	private final HandlerMethodArgumentResolverComposite resolvers = new HandlerMethodArgumentResolverComposite();

	private final @Nullable ArgumentValidation validation;

	ListenerMethodFactory(BeanFactory beanFactory, @Nullable Validator validator) {
		GenericMessageConverter converter = new GenericMessageConverter();
		setBeanFactory(beanFactory);
		setMessageConverter(converter);
		setCustomArgumentResolvers(
				List.of(new ConnectionArgumentResolver(), new DuctPayloadArgumentResolver(converter, validator)));
		afterPropertiesSet();
		this.resolvers.addResolvers(initArgumentResolvers());
		this.validation = (JAKARTA && validator instanceof jakarta.validation.Validator jakarta)
				? new ArgumentValidation(jakarta) : null;
	}

	/**
	 * Makes the method of a listener invocable.
	 * @param beanType the class of the bean, not that of a proxy
	 */
	InvocableHandlerMethod invocable(ListenerMethod listener, Class<?> beanType) {
		Method method = listener.method();
		ArgumentValidation validation = this.validation;
		InvocableHandlerMethod invocable = (validation != null && validation.appliesTo(beanType, method))
				? new CheckedListenerMethod(listener, validation) : new InvocableHandlerMethod(listener.bean(), method);
		invocable.setMessageMethodArgumentResolvers(this.resolvers);
		return invocable;
	}

	/**
	 * A method whose arguments are checked.
	 */
	private static final class CheckedListenerMethod extends InvocableHandlerMethod {

		private final ListenerMethod listener;

		private final ArgumentValidation validation;

		CheckedListenerMethod(ListenerMethod listener, ArgumentValidation validation) {
			super(listener.bean(), listener.method());
			this.listener = listener;
			this.validation = validation;
		}

		@Override
		protected @Nullable Object doInvoke(@Nullable Object... arguments) throws Exception {
			List<String> reasons = this.validation.check(getBean(), getMethod(), getMethodParameters(), arguments);
			if (!reasons.isEmpty()) {
				throw RejectedMessageException.notValid(this.listener, reasons);
			}
			return super.doInvoke(arguments);
		}

	}

}
