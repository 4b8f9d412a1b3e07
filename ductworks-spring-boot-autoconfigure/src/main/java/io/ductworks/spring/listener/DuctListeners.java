package io.ductworks.spring.listener;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.messaging.handler.annotation.MessageMapping;

/**
 * Several {@link DuctListener} annotations in one place; the compiler writes it where
 * they stand one below the other.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@MessageMapping
public @interface DuctListeners {

	/**
	 * The annotations.
	 * @return all of them
	 */
	DuctListener[] value();

}
