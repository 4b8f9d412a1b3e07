package io.ductworks.spring.listener;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.messaging.handler.annotation.MessageMapping;

/**
 * Marks a method of a bean that takes the messages of a duct, in their order for each
 * connection; with {@link io.ductworks.message.Protocol#JSON_RPC} requests are handled at
 * the same time, up to the duct's {@code concurrency}.
 * <p>
 * A duct may have several listeners. A call of JSON-RPC goes to the one with its
 * {@link #method}, a message of a bare duct to the one with its {@link #type}, and what
 * none of them has to the one that has neither. Without one, a requester is answered with
 * status 404, in JSON-RPC code -32601; anything else is counted as unhandled. Either is
 * logged, sparingly. Two listeners for the same messages end start-up.
 *
 * <pre class="code">
 * &#64;DuctListener("orders")
 * class Warehouse {
 *
 * 	&#64;DuctListener(method = "order.place")
 * 	Receipt place(PlaceOrder order) { ... }
 *
 * 	&#64;DuctListener(method = "order.cancel")
 * 	void cancel(String number) { ... }
 *
 * }
 * </pre>
 * <p>
 * The annotation may be repeated, and be an annotation of another one. On a class it
 * names the duct of those methods that are annotated and name none. A method that
 * overrides another has the annotations of that one, unless it has its own.
 * <p>
 * The method may have these parameters, in any order:
 * <ul>
 * <li>one for the payload, of any type that the duct's codec can read. It may be
 * annotated with
 * {@link org.springframework.messaging.handler.annotation.Payload @Payload}, with
 * {@code @Valid} and with constraints. The message {@code null} is handed in where the
 * parameter is {@code @Nullable}, an {@link java.util.Optional} or
 * {@code @Payload(required = false)}, and is an error elsewhere. With JSON-RPC it is the
 * object that the call's parameters are, or the one element of an array, and a collection
 * or array takes all elements. A {@code byte[]} is the payload as it is with the codec
 * {@code bytes}; with {@code json} it is a JSON string in base64, as JSON has no
 * bytes;</li>
 * <li>with JSON-RPC, in place of that, several without an annotation, or one of a simple
 * type such as a string, a number or a date: each takes the parameter of the call that
 * has its name, where these are an object, or its place, where they are an array. One
 * that is not there is {@code null}, as is the value {@code null}, and an error where the
 * parameter is neither {@code @Nullable} nor an {@link java.util.Optional};</li>
 * <li>{@link io.ductworks.message.DuctMessage} for the message as it came, to decode or
 * answer it by the method itself. What it answers is the answer, and its result is not
 * sent;</li>
 * <li>{@link io.ductworks.message.MessageDuct} for the connection that the message came
 * on;</li>
 * <li>{@link java.security.Principal}, or a subtype such as
 * {@link javax.security.auth.x500.X500Principal}, for the peer at the other end,
 * {@code null} if that is not known or of another type;</li>
 * <li>{@link org.springframework.messaging.Message}, whose payload is a
 * {@link NullPayload} for the message {@code null}, and parameters with
 * {@link org.springframework.messaging.handler.annotation.Header @Header} or
 * {@link org.springframework.messaging.handler.annotation.Headers @Headers}, or of type
 * {@link org.springframework.messaging.MessageHeaders} or
 * {@link org.springframework.messaging.support.MessageHeaderAccessor}, for the headers in
 * {@link DuctHeaders}.</li>
 * </ul>
 * <p>
 * The parameters are those of the bean's class and of the interfaces that it implements,
 * also behind a proxy. Constraints on a method that an interface declares stand there.
 * <p>
 * A method with a result answers every message with it, {@code null} included; a
 * {@code void} method sends nothing. With JSON-RPC a request is answered in any case, by
 * a {@code void} method with {@code null}, and a notification never. Listeners of a bare
 * duct all answer or none does: if one has a result, {@code void} ones answer
 * {@code null}. If a method with a result fails, the sender gets an error: as a
 * requester, a {@link io.ductworks.RemoteHandlerException} of status 400 if the message
 * cannot be read or is not valid, else 500, without details. To say what the requester is
 * told, throw a {@link io.ductworks.DuctProblemException}. Before that the duct may have
 * the method tried again, and {@link DuctRecoverer}, {@link DuctExceptionHandler} and
 * methods with
 * {@link org.springframework.messaging.handler.annotation.MessageExceptionHandler @MessageExceptionHandler},
 * in the same class or in one with {@link DuctAdvice}, may answer or say what is told.
 * {@link DuctListenerInterceptor} beans stand around all of it. A
 * {@code RemoteHandlerException} that a request inside the method throws is a failure
 * like others, and not passed on.
 * <p>
 * A {@link java.util.concurrent.CompletableFuture} or other
 * {@link java.util.concurrent.CompletionStage}, and where Reactor is there a {@code Mono}
 * or what other reactive libraries have for one value, is answered with what it gives,
 * when it does, by the thread that gives it, which may have to wait for room to send; its
 * failures are those of the method. Other messages are handled meanwhile; the answers of
 * a bare duct keep their order. It is cancelled when nobody waits any more: with JSON-RPC
 * the requester may cancel its request, and with either protocol the duct may close.
 * Where nobody waits for an answer, the next message waits until it is there.
 * {@code Void} in it is as {@code void}.
 * <p>
 * Any other result is the answer itself. A method that declares a {@code Flux}, a
 * {@code Message}, a {@code Callable}, a {@code Supplier}, a {@code ResponseEntity}, a
 * {@code DeferredResult} or another future ends start-up, as does one that is
 * {@code suspend} in Kotlin; one that returns such a value as an {@code Object} is
 * answered with status 500. A method with a result of its own that is
 * {@link org.springframework.scheduling.annotation.Async @Async} ends start-up too; one
 * without is warned of, since a message then counts as handled as soon as another thread
 * has it.
 * <p>
 * Failures are logged at {@code WARN} by the logger
 * {@code io.ductworks.message.MessageDuct}. What a method throws has its stack trace once
 * in ten seconds for each class of exception and place where it was thrown, and one line
 * for each other message, a hundred at most. Messages that cannot be read or are not
 * valid, and {@code DuctProblemException}s, which the method means to throw, have one
 * line in ten seconds.
 * <p>
 * A message that is itself the report of such a failure is logged and not handed in.
 * <p>
 * Answers of a bare duct are told by their order, so the other side of a listener with a
 * result should request, and neither send nor have a listener with a result itself.
 * <p>
 * A duct that does not exist ends start-up, as does one whose codec carries no such
 * payload or result. The bean stands in the context that has the ducts: one in a child
 * context gets no messages, and is warned of.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(DuctListeners.class)
@MessageMapping
public @interface DuctListener {

	/**
	 * The name of the duct, such as {@code orders} for {@code ductworks.parent.orders}.
	 * Placeholders are resolved.
	 * @return the name; by default that of the annotation of the class
	 */
	String value() default "";

	/**
	 * The method that is called, with {@link io.ductworks.message.Protocol#JSON_RPC}.
	 * Placeholders are resolved.
	 * @return the method; by default the listener takes each call that no other does
	 */
	String method() default "";

	/**
	 * The type of the messages, which the member says that the duct's {@code type-field}
	 * names, with {@link io.ductworks.message.Protocol#BARE}. Placeholders are resolved.
	 * @return the type; by default the listener takes each message that no other does
	 */
	String type() default "";

	/**
	 * The name of the listener in meters and messages, which no other has. Placeholders
	 * are resolved.
	 * @return the name; by default the simple name of the class and that of the method,
	 * such as {@code Warehouse.reserve}; where several would have the same, with the duct
	 * and the method or type behind it, such as {@code Warehouse.reserve@orders/reserve}
	 */
	String id() default "";

	/**
	 * How many messages the listener handles at a time, over all connections: a number
	 * from 1 on, with {@link io.ductworks.message.Protocol#BARE} no more than 1. Others
	 * wait, each on a thread; they count as being handled for the duct's own
	 * {@code concurrency} of each connection. Placeholders are resolved.
	 * @return the number; by default what the duct allows for each connection
	 */
	String concurrency() default "";

	/**
	 * Whether the listener takes messages when the application starts, {@code true} or
	 * {@code false}. {@link DuctListenerRegistry} starts it later; until then requesters
	 * are told to ask again later, status 503, and other messages are counted as
	 * unhandled. Placeholders are resolved.
	 * @return whether it does; by default it does
	 */
	String autoStartup() default "";

}
