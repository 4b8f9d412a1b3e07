package io.ductworks.spring.listener;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.stereotype.Component;

/**
 * Marks a bean whose methods with
 * {@link org.springframework.messaging.handler.annotation.MessageExceptionHandler @MessageExceptionHandler}
 * handle what the {@link DuctListener} methods of other beans throw and their own classes
 * have no such method for. Several are asked in their order, that of
 * {@link org.springframework.core.Ordered} or
 * {@link org.springframework.core.annotation.Order @Order}.
 * <p>
 * In an advice and in the class of a listener alike, the method that is nearest to the
 * class of the exception is called, else the one nearest to that of its cause. What it
 * returns is the answer, and {@code void} answers {@code null}; where nobody waits for an
 * answer it is called all the same. What it throws is the failure from then on. It may
 * have these parameters: the exception, {@link io.ductworks.message.DuctMessage
 * DuctMessage} for the message as it came, {@link io.ductworks.message.MessageDuct
 * MessageDuct} for the connection, {@link java.security.Principal} for the peer at its
 * other end, {@link org.springframework.messaging.Message Message}, and headers as a
 * listener has them. The payload of the {@code Message} is what is natural for it,
 * {@link NullPayload} if it cannot be read.
 * <p>
 * Two methods for one exception in a class end start-up, as does what a method cannot
 * take or answer.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
public @interface DuctAdvice {

	/**
	 * The ducts whose listeners it is for. Placeholders are resolved.
	 * @return the names of the ducts; by default it is for all
	 */
	String[] value() default {};

}
