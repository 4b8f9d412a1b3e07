package io.ductworks.spring.listener;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;

/**
 * The beans of a context that handle failures of listeners, and which of them are for
 * which listener.
 */
final class FailureBeans {

	private final ConfigurableListableBeanFactory beanFactory;

	private final DuctRegistry registry;

	private final HandlerMethodArgumentResolverComposite resolvers;

	private final @Nullable DuctRecoverer recoverer;

	private final FailureAnswer answer;

	private final List<Advice> advices;

	/**
	 * Finds the beans.
	 * @param beanFactory has the beans
	 * @param registry has the ducts
	 * @param resolvers where the arguments of their methods come from
	 * @throws DuctSetupException if one of them cannot work
	 */
	FailureBeans(ConfigurableListableBeanFactory beanFactory, DuctRegistry registry,
			HandlerMethodArgumentResolverComposite resolvers) {
		this.beanFactory = beanFactory;
		this.registry = registry;
		this.resolvers = resolvers;
		this.recoverer = beanFactory.getBeanProvider(DuctRecoverer.class).getIfAvailable();
		this.answer = new FailureAnswer(
				OrderedBean.all(beanFactory, DuctExceptionHandler.class).stream().map(OrderedBean::bean).toList());
		this.advices = advices();
	}

	private List<Advice> advices() {
		List<OrderedBean<Advice>> advices = new ArrayList<>();
		for (String name : this.beanFactory.getBeanNamesForAnnotation(DuctAdvice.class)) {
			Class<?> type = new ListenerSearch(this.beanFactory).type(name);
			if (!ScopedProxyUtils.isScopedTarget(name) && type != null) {
				Object bean = this.beanFactory.getBean(name);
				ExceptionHandlers handlers = ExceptionHandlers.of(bean, type, this.resolvers);
				if (handlers.all().isEmpty()) {
					throw new DuctSetupException(
							"The class " + type.getName()
									+ " is annotated with @DuctAdvice, and none of its methods handles an exception.",
							"Annotate those that do with @MessageExceptionHandler.", null);
				}
				Advice advice = new Advice(ducts(name, type), handlers);
				advices.add(new OrderedBean<>(advice, OrderedBean.of(this.beanFactory, name, bean).order()));
			}
		}
		return advices.stream().sorted(OrderedBean.COMPARATOR).map(OrderedBean::bean).toList();
	}

	private Set<String> ducts(String name, Class<?> type) {
		DuctAdvice annotation = this.beanFactory.findAnnotationOnBean(name, DuctAdvice.class);
		Set<String> ducts = new HashSet<>();
		for (String text : (annotation != null) ? annotation.value() : new String[0]) {
			String duct = new Placeholders(this.beanFactory).resolve("@DuctAdvice on " + type.getName(), text);
			if (this.registry.find(duct) == null) {
				throw new DuctSetupException(
						"@DuctAdvice on " + type.getName() + " names the duct '" + duct + "', which does not exist.",
						"Use one of " + this.registry.names() + ", or name none for all.", null);
			}
			ducts.add(duct);
		}
		return ducts;
	}

	/**
	 * What becomes of the failures of a listener.
	 * @throws DuctSetupException if one of them could not be answered
	 */
	ListenerFailures of(ListenerEndpoint endpoint, RegisteredListener listener) {
		ListenerMethod method = endpoint.method();
		List<ExceptionHandlers> handlers = new ArrayList<>();
		handlers.add(ExceptionHandlers.of(method.getBean(), method.targetType(), this.resolvers));
		this.advices.stream()
			.filter((advice) -> advice.isFor(endpoint.duct()))
			.forEach((advice) -> handlers.add(advice.handlers()));
		handlers.removeIf((bean) -> bean.all().isEmpty());
		handlers.forEach((bean) -> bean.all().forEach((handler) -> requireCodec(handler, endpoint.duct())));
		return new ListenerFailures(listener, this.recoverer, List.copyOf(handlers), this.answer);
	}

	private void requireCodec(ExceptionHandlerMethod handler, String duct) {
		if (handler.answerType() != void.class) {
			ListenerDiscovery.requireCodec(this.registry.get(duct), duct, handler.method(), "returns",
					handler.answerType());
		}
	}

	/**
	 * A bean with {@link DuctAdvice}.
	 *
	 * @param ducts the names of those that it is for, empty for all
	 */
	private record Advice(Set<String> ducts, ExceptionHandlers handlers) {

		boolean isFor(String duct) {
			return this.ducts.isEmpty() || this.ducts.contains(duct);
		}

	}

}
