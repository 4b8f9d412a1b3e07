package io.ductworks.spring.listener;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.messaging.converter.GenericMessageConverter;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;
import org.springframework.validation.Validator;

/**
 * Where the arguments of all listeners come from: Spring's own resolvers, and ours for
 * payloads and connections.
 */
final class ListenerArguments extends DefaultMessageHandlerMethodFactory {

	private ListenerArguments() {
	}

	static HandlerMethodArgumentResolverComposite resolvers(BeanFactory beanFactory, @Nullable Validator validator) {
		GenericMessageConverter converter = new GenericMessageConverter();
		ListenerArguments arguments = new ListenerArguments();
		arguments.setBeanFactory(beanFactory);
		arguments.setMessageConverter(converter);
		arguments.setCustomArgumentResolvers(
				List.of(new ConnectionArgumentResolver(), new DuctPayloadArgumentResolver(converter, validator)));
		arguments.afterPropertiesSet();
		return new HandlerMethodArgumentResolverComposite().addResolvers(arguments.initArgumentResolvers());
	}

}
