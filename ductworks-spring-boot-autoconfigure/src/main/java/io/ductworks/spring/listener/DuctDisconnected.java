package io.ductworks.spring.listener;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.ductworks.spring.DuctEvent;

import org.springframework.context.event.EventListener;

/**
 * Has a method called for each connection of a duct that has ended. Messages that came
 * before the end may still be handed out. The method takes nothing, the reason as
 * {@link io.ductworks.CloseReason}, the connection as
 * {@link io.ductworks.message.MessageDuct}, or the {@link DuctEvent.Disconnected event}.
 * A connection that was refused at once is none: a method that takes the connection is
 * not called for it, the others are. It is an {@link EventListener}, with all that these
 * can. A method that fails is logged.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@EventListener(DuctEvent.Disconnected.class)
public @interface DuctDisconnected {

	/**
	 * The configured name of the duct; placeholders are replaced. All ducts by default.
	 * @return the name
	 */
	String value() default "";

}
