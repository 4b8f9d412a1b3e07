package io.ductworks.spring.listener;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.ductworks.spring.DuctEvent;

import org.springframework.context.event.EventListener;

/**
 * Has a method called for each new connection of a duct, before the first message of that
 * connection is handed out. The method takes nothing, the connection as
 * {@link io.ductworks.message.MessageDuct}, or the {@link DuctEvent.Connected event}. It
 * is an {@link EventListener}, with all that these can: {@code @Order}, {@code @Async}. A
 * method that fails is logged, and the connection stays.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@EventListener(DuctEvent.Connected.class)
public @interface DuctConnected {

	/**
	 * The configured name of the duct; placeholders are replaced. All ducts by default.
	 * @return the name
	 */
	String value() default "";

}
