package io.ductworks.spring.listener;

import java.lang.reflect.Method;

import io.ductworks.CloseReason;
import io.ductworks.message.MessageDuct;
import io.ductworks.spring.DuctEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEvent;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.ApplicationListenerMethodAdapter;

/**
 * Calls a method when a duct has got or lost a connection.
 */
final class ConnectionListener extends ApplicationListenerMethodAdapter {

	private final @Nullable MessageDuct duct;

	private final Class<?> parameter;

	/**
	 * Creates a listener.
	 * @param bean the name of the bean with the method
	 * @param type the class of the bean
	 * @param duct the duct, {@code null} for all
	 */
	ConnectionListener(String bean, Class<?> type, Method method, @Nullable MessageDuct duct) {
		super(bean, type, method);
		this.duct = duct;
		this.parameter = (method.getParameterCount() == 0) ? DuctEvent.class : method.getParameterTypes()[0];
	}

	@Override
	protected @Nullable Object @Nullable [] resolveArguments(ApplicationEvent event) {
		@Nullable Object @Nullable [] arguments = super.resolveArguments(event);
		if (arguments == null || !(event instanceof PayloadApplicationEvent<?> published)
				|| !(published.getPayload() instanceof DuctEvent happened)
				|| this.duct != null && happened.duct() != this.duct) {
			return null;
		}
		Object argument = argument(happened);
		return (arguments.length == 0) ? arguments : (argument != null) ? new Object[] { argument } : null;
	}

	private @Nullable Object argument(DuctEvent event) {
		if (this.parameter == MessageDuct.class) {
			return (event instanceof DuctEvent.Connected connected) ? connected.connection()
					: (event instanceof DuctEvent.Disconnected disconnected) ? disconnected.connection() : null;
		}
		return (this.parameter == CloseReason.class && event instanceof DuctEvent.Disconnected disconnected)
				? disconnected.reason() : event;
	}

}
