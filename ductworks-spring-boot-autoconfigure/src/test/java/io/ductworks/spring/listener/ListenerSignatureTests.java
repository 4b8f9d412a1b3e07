package io.ductworks.spring.listener;

import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import javax.security.auth.x500.X500Principal;

import io.ductworks.codec.MessageCodec;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.http.ResponseEntity;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.support.ErrorMessage;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.validation.BindingResult;
import org.springframework.validation.Errors;
import org.springframework.validation.Validator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What signatures may say, and that what cannot work ends the start in words.
 */
@ExtendWith({ NothingLeftBehind.class, OutputCaptureExtension.class })
class ListenerSignatureTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class,
				PropertyPlaceholderAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress());

	private static DuctSetupException failure(ApplicationContextRunner runner) {
		List<DuctSetupException> failures = new ArrayList<>();
		runner.run((context) -> assertThat(context).getFailure()
			.isInstanceOfSatisfying(DuctSetupException.class, failures::add));
		return failures.get(0);
	}

	private DuctSetupException failure(Class<?> listener) {
		return failure(this.runner.withUserConfiguration(listener));
	}

	private static void asking(ApplicationContextRunner runner, @Nullable Object payload, @Nullable Object expected) {
		runner.run((context) -> {
			assertThat(context).hasNotFailed();
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.request(payload, Object.class)).isEqualTo(expected);
			}
		});
	}

	// Results

	@ParameterizedTest
	@ValueSource(classes = { Calls.class, Supplies.class, Entities.class })
	void b4ListenerWhenItReturnsAWrapperThenTheStartFails(Class<?> listener) {
		DuctSetupException failure = failure(listener);
		assertThat(failure.description()).contains(listener.getSimpleName() + ".take", "returns a ");
		assertThat(failure.action()).startsWith("Return ");
	}

	@Test
	void resultWhenItIsTheNullPayloadThenNullIsSent() {
		asking(this.runner.withUserConfiguration(Echoes.class), null, null);
		asking(this.runner.withUserConfiguration(Echoes.class), "x", "x");
	}

	// Parameters

	@Test
	void messageWhenItsPayloadIsNullThenIsAPublicConstant() {
		asking(this.runner.withUserConfiguration(Messages.class), null, "null NullPayload");
	}

	@Test
	void parameterWhenAHeaderAccessorThenHasTheHeaders() {
		asking(this.runner.withUserConfiguration(Accessors.class), "x", "x by orders");
	}

	@Test
	void parameterWhenAPrincipalOfAnotherTypeThenIsNull() {
		asking(this.runner.withUserConfiguration(Subjects.class), "x", "x of null");
	}

	@Test
	void parameterWhenAPrincipalOfThePeersTypeThenIsThePeer() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class))
			.withUserConfiguration(Users.class)
			.withPropertyValues("ductworks.parent.orders.pseudo-anonymous=true")
			.run((context) -> {
				try (MessageDuctChild child = Peers.childOf(context, "orders")) {
					assertThat(child.request("x", String.class)).isEqualTo("x of " + System.getProperty("user.name"));
				}
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { Parents.class, Children.class, SpecialAccessors.class, Errored.class, Results.class,
			ErrorMessages.class })
	void parameterWhenThereIsNoArgumentForItThenTheStartFails(Class<?> listener) {
		DuctSetupException failure = failure(listener);
		assertThat(failure.description()).contains(listener.getSimpleName() + ".take", "parameter of type",
				"there is no argument");
		assertThat(failure.action()).matches("(Declare|Remove) it.*");
	}

	// Codecs

	@Test
	void payloadWhenTheCodecOfItsDuctGivesNoneThenTheStartFails() {
		DuctSetupException failure = failure(this.runner.withUserConfiguration(Orders.class)
			.withPropertyValues("ductworks.parent.orders.codec=text"));
		assertThat(failure.description()).contains("Orders.take takes ", "Order", "'orders'", "its codec, text");
		assertThat(failure.action()).contains("String", "json");
		assertThat(failure(this.runner.withUserConfiguration(Texts.class)
			.withPropertyValues("ductworks.parent.orders.codec=bytes")).description())
			.contains("Texts.take takes java.lang.String", "its codec, bytes");
	}

	@Test
	void resultWhenTheCodecOfItsDuctCarriesNoneThenTheStartFails() {
		assertThat(failure(this.runner.withUserConfiguration(Lengths.class)
			.withPropertyValues("ductworks.parent.orders.codec=text")).description())
			.contains("Lengths.take returns int", "its codec, text");
	}

	@Test
	void payloadWhenTheCodecIsOfTheApplicationsOwnThenThatDecides() {
		MessageCodec numbers = MessageCodec.text(String::valueOf, Integer::valueOf, StandardCharsets.UTF_8,
				CodingErrorAction.REPORT);
		this.runner.withUserConfiguration(Numbers.class)
			.withBean(DuctBuilderCustomizer.class, () -> (name, builder) -> builder.codec(numbers))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void bytesWhenTheDuctHasJsonThenAreBase64() {
		asking(this.runner.withUserConfiguration(Bytes.class), "aGVsbG8=", "aGVsbG8=");
	}

	// Validation

	@ParameterizedTest
	@ValueSource(classes = { ElementsValid.class, Constrained.class })
	void b3ConstraintWhenNobodyCanCheckItThenTheStartFails(Class<?> listener) {
		assertThat(failure(listener).description()).contains(listener.getSimpleName() + ".take", "no Validator");
	}

	@Test
	void b3ConstraintWhenTheValidatorIsNotOfJakartaThenTheStartFails() {
		assertThat(failure(
				this.runner.withUserConfiguration(Constrained.class).withBean(Validator.class, NoValidator::new))
			.description()).contains("Constrained.take", "constraints of Jakarta Validation");
	}

	@Test
	void b3MessageWhenItIsToBeValidatedThenTheStartFails() {
		assertThat(failure(this.runner.withUserConfiguration(ValidMessages.class)
			.withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))).description())
			.contains("ValidMessages.take", "a Message validated");
	}

	// The annotation

	@Test
	void placeholderWhenNothingReplacesItThenTheStartFailsInWords() {
		DuctSetupException failure = failure(Unset.class);
		assertThat(failure.description()).contains("@DuctListener(\"${shop.unset}\")", "Unset.take", "placeholder");
		assertThat(failure.action()).contains("Set the property");
	}

	@Test
	void ductWhenACustomizerGaveItAHandlerThenTheStartFailsInWords() {
		DuctSetupException failure = failure(this.runner.withUserConfiguration(Echoes.class)
			.withBean(DuctBuilderCustomizer.class, () -> (name, builder) -> builder.handler((from, message) -> {
			})));
		assertThat(failure.description()).contains("Echoes.take", "'orders'", "has a handler already");
		assertThat(failure.action()).contains("DuctBuilderCustomizer");
	}

	@Test
	void listenerWhenAsynchronousAndItHasAResultThenTheStartFails() {
		DuctSetupException failure = failure(AsyncResult.class);
		assertThat(failure.description()).contains("AsyncResult.take", "@Async");
		assertThat(failure.action()).contains("Remove @Async");
	}

	@Test
	void listenerWhenAsynchronousThenTheStartWarns(CapturedOutput output) {
		this.runner.withUserConfiguration(AsyncClass.class).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("WARN").contains("AsyncClass.take is @Async");
	}

	record Order(@NotBlank String name) {
	}

	static class Calls {

		@DuctListener("orders")
		Callable<String> take(String text) {
			return () -> text;
		}

	}

	static class Supplies {

		@DuctListener("orders")
		Supplier<String> take(String text) {
			return () -> text;
		}

	}

	static class Entities {

		@DuctListener("orders")
		ResponseEntity<String> take(String text) {
			return ResponseEntity.ok(text);
		}

	}

	static class Echoes {

		@DuctListener("orders")
		Object take(Message<?> message) {
			return message.getPayload();
		}

	}

	static class Messages {

		@DuctListener("orders")
		String take(Message<?> message) {
			Object payload = message.getPayload();
			return payload + ((payload == NullPayload.INSTANCE) ? " NullPayload" : "");
		}

	}

	static class Accessors {

		@DuctListener("orders")
		String take(String text, MessageHeaderAccessor headers) {
			return text + " by " + headers.getHeader(DuctHeaders.DUCT);
		}

	}

	static class Subjects {

		@DuctListener("orders")
		String take(String text, X500Principal peer) {
			return text + " of " + peer;
		}

	}

	static class Users {

		@DuctListener("orders")
		String take(UserPrincipal peer, String text) {
			return text + " of " + peer.getName();
		}

	}

	static class Parents {

		@DuctListener("orders")
		void take(MessageDuctParent from) {
		}

	}

	static class Children {

		@DuctListener("orders")
		void take(String text, MessageDuctChild from) {
		}

	}

	static class SpecialAccessors {

		@DuctListener("orders")
		void take(String text, SimpMessageHeaderAccessor headers) {
		}

	}

	static class Errored {

		@DuctListener("orders")
		void take(String text, Errors errors) {
		}

	}

	static class Results {

		@DuctListener("orders")
		void take(String text, BindingResult result) {
		}

	}

	static class ErrorMessages {

		@DuctListener("orders")
		void take(ErrorMessage message) {
		}

	}

	static class Orders {

		@DuctListener("orders")
		void take(Order order) {
		}

	}

	static class Texts {

		@DuctListener("orders")
		void take(String text) {
		}

	}

	static class Lengths {

		@DuctListener("orders")
		int take(String text) {
			return text.length();
		}

	}

	static class Numbers {

		@DuctListener("orders")
		Integer take(Integer number) {
			return number;
		}

	}

	static class Bytes {

		@DuctListener("orders")
		byte[] take(byte[] bytes) {
			assertThat(bytes).asString().isEqualTo("hello");
			return bytes;
		}

	}

	static class ElementsValid {

		@DuctListener("orders")
		void take(List<@Valid Order> orders) {
		}

	}

	static class Constrained {

		@DuctListener("orders")
		void take(@NotBlank String text) {
		}

	}

	static class ValidMessages {

		@DuctListener("orders")
		void take(@Valid Message<Order> message) {
		}

	}

	static class Unset {

		@DuctListener("${shop.unset}")
		void take(String text) {
		}

	}

	static class AsyncResult {

		@Async
		@DuctListener("orders")
		String take(String text) {
			return text;
		}

	}

	@Async
	static class AsyncClass {

		@DuctListener("orders")
		void take(String text) {
		}

	}

	static class NoValidator implements Validator {

		@Override
		public boolean supports(Class<?> type) {
			return true;
		}

		@Override
		public void validate(Object target, Errors errors) {
		}

	}

}
