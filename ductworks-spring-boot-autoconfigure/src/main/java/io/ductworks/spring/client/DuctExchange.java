package io.ductworks.spring.client;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An interface whose methods ask or send over a duct. Spring Boot makes a bean of each
 * that it finds in the packages of the application, unless there is a bean of that type;
 * {@link ImportDuctExchanges} names others. The bean is thread-safe.
 * <p>
 * Each abstract method is carried out by the duct; {@link DuctMethod} says more about
 * one. Default methods run as they are written.
 * <ul>
 * <li>With {@link io.ductworks.message.Protocol#JSON_RPC}, it calls the method of its
 * name, or of the name that {@link DuctMethod} gives. One parameter is the payload;
 * several are sent as an object, by their names, which the compiler has to keep
 * ({@code -parameters}). Without a parameter there are no {@code params}.</li>
 * <li>With {@link io.ductworks.message.Protocol#BARE}, its one parameter is the message;
 * without a parameter, {@code null} is. There are no methods on the wire, so one cannot
 * have a name of its own, and all of them ask, or all send.</li>
 * </ul>
 * A method that returns {@code void} sends, as {@link io.ductworks.message.MessageDuct}
 * does by {@code send}. All others ask:
 * <ul>
 * <li>a value, {@code null} included, or an {@link java.util.Optional} of it is waited
 * for, as by {@code request};</li>
 * <li>a {@link java.util.concurrent.CompletableFuture},
 * {@link java.util.concurrent.CompletionStage} or {@link java.util.concurrent.Future} is
 * that of {@code requestAsync}; that of {@link Void} tells when the answer has come;</li>
 * <li>a {@code Mono}, or another reactive type of at most one value that Spring knows,
 * asks anew with each subscription, and not before, where Reactor is on the class path;
 * cancelling it cancels the request. Subscribing may block as {@code requestAsync}
 * does.</li>
 * </ul>
 * Parameters and answers are written and read as their declared types, generic ones
 * included. Exceptions are those of {@link io.ductworks.message.MessageDuct}. What cannot
 * work is refused when the application starts, with a
 * {@link io.ductworks.spring.DuctSetupException}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface DuctExchange {

	/**
	 * The name of the duct, such as {@code orders} for {@code ductworks.child.orders}.
	 * Placeholders are resolved.
	 * @return the name
	 */
	String value();

}
