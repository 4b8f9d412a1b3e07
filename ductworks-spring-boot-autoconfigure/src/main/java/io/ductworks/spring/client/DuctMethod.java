package io.ductworks.spring.client;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says more about an abstract method of an interface with {@link DuctExchange}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface DuctMethod {

	/**
	 * What is called at the other side, such as {@code order.place}. Only for
	 * {@link io.ductworks.message.Protocol#JSON_RPC}. Placeholders are resolved.
	 * @return the name; empty, the default, for that of the interface's method
	 */
	String value() default "";

	/**
	 * How long the answer is waited for, sending included: as in Spring Boot's
	 * properties, such as {@code 2s} or {@code 500ms}, or in the form of ISO 8601, such
	 * as {@code PT2S}. Only for methods that ask. Placeholders are resolved.
	 * @return the time-out; empty, the default, for the duct's request time-out
	 */
	String timeout() default "";

}
