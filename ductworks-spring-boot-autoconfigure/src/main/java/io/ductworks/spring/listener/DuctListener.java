package io.ductworks.spring.listener;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.messaging.handler.annotation.MessageMapping;

/**
 * Marks a method of a bean that takes the messages of a duct, in their order for each
 * connection.
 * <p>
 * The method may have these parameters, in any order:
 * <ul>
 * <li>one for the payload, of any type that the duct's codec can read. It may be
 * annotated with
 * {@link org.springframework.messaging.handler.annotation.Payload @Payload} and with
 * {@code @Valid}. The message {@code null} is handed in where the parameter is
 * {@code @Nullable}, an {@link java.util.Optional} or {@code @Payload(required = false)},
 * and is an error elsewhere;</li>
 * <li>{@link io.ductworks.message.MessageDuct} for the connection that the message came
 * on;</li>
 * <li>{@link java.security.Principal} for who is at the other end, {@code null} if that
 * is not known;</li>
 * <li>{@link org.springframework.messaging.Message}, and parameters with
 * {@link org.springframework.messaging.handler.annotation.Header @Header} or
 * {@link org.springframework.messaging.handler.annotation.Headers @Headers} for the
 * headers in {@link DuctHeaders}.</li>
 * </ul>
 * <p>
 * A method with a result answers every message with it, {@code null} included; a
 * {@code void} method sends nothing. If a method with a result fails, the sender gets an
 * error: as a requester, a {@link io.ductworks.RemoteHandlerException} of status 400 if
 * the message cannot be read or is not valid, else 500, without details. To say what the
 * requester is told, throw a {@link io.ductworks.DuctProblemException}. A
 * {@code RemoteHandlerException} that a request inside the method throws is a failure
 * like others, and not passed on. Failures are logged, each kind at most once in ten
 * seconds.
 * <p>
 * A message that is itself the report of such a failure is logged and not handed in.
 * <p>
 * Answers are told by their order, so the other side of a listener with a result should
 * request, and neither send nor have a listener with a result itself.
 * <p>
 * A duct has at most one listener. A duct that does not exist ends start-up.
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@MessageMapping
public @interface DuctListener {

	/**
	 * The name of the duct, such as {@code orders} for {@code ductworks.parent.orders}.
	 * Placeholders are resolved.
	 * @return the name
	 */
	String value();

	/**
	 * The name of the listener in meters and messages.
	 * @return the name; by default the simple name of the class and that of the method,
	 * such as {@code Warehouse.reserve}
	 */
	String id() default "";

}
