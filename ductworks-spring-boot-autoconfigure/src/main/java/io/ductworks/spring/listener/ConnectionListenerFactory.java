package io.ductworks.spring.listener;

import java.lang.reflect.Method;
import java.util.List;

import io.ductworks.CloseReason;
import io.ductworks.message.MessageDuct;
import io.ductworks.spring.DuctEvent;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.EventListenerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Makes listeners of the methods with {@link DuctConnected} or {@link DuctDisconnected}.
 * Used by Spring while it starts, as soon as all singletons are there.
 */
public final class ConnectionListenerFactory implements EventListenerFactory, Ordered {

	private final ConfigurableListableBeanFactory beanFactory;

	/**
	 * Creates a factory.
	 * @param beanFactory has the ducts
	 */
	public ConnectionListenerFactory(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Before the one that takes all methods.
	 */
	@Override
	public int getOrder() {
		return 0;
	}

	@Override
	public boolean supportsMethod(Method method) {
		return name(method) != null;
	}

	@Override
	public ApplicationListener<?> createApplicationListener(String beanName, Class<?> type, Method method) {
		String name = name(method);
		requireParameter(method);
		return new ConnectionListener(beanName, type, method,
				(name == null || name.isEmpty()) ? null : duct(method, name));
	}

	/**
	 * The name of a duct as an annotation has it.
	 * @return the name, or {@code null} without an annotation of ours
	 */
	private static @Nullable String name(Method method) {
		DuctConnected connected = AnnotatedElementUtils.findMergedAnnotation(method, DuctConnected.class);
		if (connected != null) {
			return connected.value();
		}
		DuctDisconnected disconnected = AnnotatedElementUtils.findMergedAnnotation(method, DuctDisconnected.class);
		return (disconnected != null) ? disconnected.value() : null;
	}

	private MessageDuct duct(Method method, String written) {
		String name = new Placeholders(this.beanFactory).resolve(describe(method), written);
		DuctRegistry registry = this.beanFactory.getBean(DuctRegistry.class);
		MessageDuct duct = registry.find(name);
		if (duct == null) {
			throw ListenerDiscovery.unknownDuct(describe(method), name, registry);
		}
		return duct;
	}

	private static void requireParameter(Method method) {
		boolean disconnected = AnnotatedElementUtils.hasAnnotation(method, DuctDisconnected.class);
		Class<?> event = disconnected ? DuctEvent.Disconnected.class : DuctEvent.Connected.class;
		List<Class<?>> allowed = disconnected ? List.of(CloseReason.class, MessageDuct.class, event, DuctEvent.class)
				: List.of(MessageDuct.class, event, DuctEvent.class);
		Class<?>[] parameters = method.getParameterTypes();
		if (parameters.length > 1 || parameters.length == 1 && !allowed.contains(parameters[0])) {
			throw new DuctSetupException(describe(method) + " takes something else than what happened.",
					"Let it take nothing, or one of "
							+ String.join(", ", allowed.stream().map(Class::getSimpleName).toList()) + ".",
					null);
		}
	}

	private static String describe(Method method) {
		String annotation = AnnotatedElementUtils.hasAnnotation(method, DuctConnected.class) ? "@DuctConnected"
				: "@DuctDisconnected";
		return annotation + " method " + ListenerMethod.describe(method);
	}

}
