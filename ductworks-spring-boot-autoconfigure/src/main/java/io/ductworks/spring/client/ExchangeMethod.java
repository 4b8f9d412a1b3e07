package io.ductworks.spring.client;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;

/**
 * A method that a duct carries out. Thread-safe.
 *
 * @param duct the duct
 * @param name what is called at the other side, {@code null} if the duct is bare
 * @param arguments what becomes of the arguments
 * @param answer what becomes of the answer
 * @param timeout how long an answer is waited for, {@code null} for the duct's own
 * time-out
 */
record ExchangeMethod(MessageDuct duct, @Nullable String name, ExchangeArguments arguments, ExchangeAnswer answer,
		@Nullable Duration timeout) {

	/**
	 * Asks or sends.
	 * @return what the method returns
	 */
	@Nullable Object invoke(@Nullable Object[] values) {
		Object payload = this.arguments.payload(values);
		return switch (this.answer.form()) {
			case NONE -> send(payload);
			case VALUE -> ask(payload);
			case OPTIONAL -> Optional.ofNullable(ask(payload));
			case FUTURE -> askAsync(payload);
			case REACTIVE -> this.answer.reactive(() -> askAsync(payload));
		};
	}

	private @Nullable Object send(@Nullable Object payload) {
		if (this.name != null) {
			this.duct.send(this.name, payload);
		}
		else {
			this.duct.send(payload);
		}
		return null;
	}

	private @Nullable Object ask(@Nullable Object payload) {
		return (this.name != null) ? this.duct.request(this.name, payload, replyType(), replyTimeout())
				: this.duct.request(payload, replyType(), replyTimeout());
	}

	private CompletableFuture<Object> askAsync(@Nullable Object payload) {
		return (this.name != null) ? this.duct.requestAsync(this.name, payload, replyType(), replyTimeout())
				: this.duct.requestAsync(payload, replyType(), replyTimeout());
	}

	private Type replyType() {
		return Objects.requireNonNull(this.answer.type(), "no answer");
	}

	private Duration replyTimeout() {
		return (this.timeout != null) ? this.timeout : this.duct.requestTimeout();
	}

}
