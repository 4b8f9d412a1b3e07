package io.ductworks.spring.listener;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import io.ductworks.DuctProblemException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.codec.MessageCodec;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Headers;
import org.springframework.messaging.handler.annotation.Payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a listener may take of a call of JSON-RPC.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class ListenerParameterTests {

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class,
				ValidationAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress());

	private final ApplicationContextRunner rpc = this.bare
		.withPropertyValues("ductworks.parent.orders.protocol=json-rpc");

	private void calling(Class<?> listener, Consumer<MessageDuctChild> calls) {
		this.rpc.withUserConfiguration(listener).run((context) -> {
			assertThat(context).hasNotFailed();
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				calls.accept(child);
			}
		});
	}

	private static void assertRejected(MessageDuctChild child, String method, @Nullable Object params, String title,
			@Nullable String detail) {
		assertThatExceptionOfType(RemoteHandlerException.class)
			.isThrownBy(() -> child.request(method, params, Object.class))
			.satisfies((ex) -> {
				assertThat(ex.code()).isEqualTo(-32602);
				assertThat(ex.status()).isEqualTo(400);
				assertThat(ex.title()).isEqualTo(title);
				assertThat(ex.detail()).isEqualTo(detail);
			});
	}

	/**
	 * A call whose parameters are an array of several.
	 */
	private void callingByPosition(Class<?> listener, String params, Object expected) {
		this.rpc.withUserConfiguration(listener).run((context) -> {
			assertThat(context).hasNotFailed();
			try (MessageDuctChild child = Peers.childOf(context.getBean(MessageDuctParent.class),
					(settings) -> settings.codec(MessageCodec.text()))) {
				child.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"place\",\"params\":" + params + "}");
				assertThat(child.recv(String.class)).isEqualTo(expected);
			}
		});
	}

	@Test
	void parametersWhenThereAreSeveralThenAreTakenByTheirNames() {
		calling(Several.class, (child) -> {
			assertThat(child.request("place", Map.of("count", 2, "sku", "tea", "due", "2026-02-01"), String.class))
				.isEqualTo("2 tea due 2026-02-01 for nobody");
			assertThat(child.request("place",
					Map.of("count", 2, "sku", "tea", "due", "2026-02-01", "customer", Map.of("name", "ada")),
					String.class))
				.isEqualTo("2 tea due 2026-02-01 for ada");
		});
	}

	@Test
	void parametersWhenTheCallHasAnArrayThenAreTakenByTheirPlaces() {
		callingByPosition(Several.class, "[\"tea\",2,\"2026-02-01\",{\"name\":\"ada\"}]",
				"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"2 tea due 2026-02-01 for ada\"}");
		callingByPosition(Several.class, "[\"tea\",2,\"2026-02-01\"]",
				"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"2 tea due 2026-02-01 for nobody\"}");
	}

	@Test
	void parameterWhenItIsNotThereThenIsNullOrRejectedByItsName() {
		calling(Several.class, (child) -> {
			assertRejected(child, "place", Map.of("count", 2, "due", "2026-02-01"), "The message is not valid",
					"sku must not be null");
			assertRejected(child, "place", Map.of("sku", "tea", "due", "2026-02-01"), "The message is not valid",
					"count must not be null");
			assertRejected(child, "place", null, "The message is not valid", "sku must not be null");
			assertRejected(child, "place", "tea", "The message is not valid", "count must not be null");
		});
		calling(Absent.class, (child) -> {
			assertThat(child.request("look", Map.of("sku", "tea"), Object.class))
				.isEqualTo(Arrays.asList("tea", null, null));
			assertThat(child.request("look", Map.of("count", 1, "size", 2), Object.class))
				.isEqualTo(Arrays.asList(null, 1, 2));
			assertThat(child.request("look", null, Object.class)).isEqualTo(Arrays.asList(null, null, null));
		});
	}

	@Test
	void parameterWhenItCannotBeReadThenIsRejectedByItsPath() {
		calling(Several.class, (child) -> {
			assertRejected(child, "place", Map.of("count", "two", "sku", "tea", "due", "2026-02-01"),
					"The message cannot be read", "at count");
			assertRejected(child, "place",
					Map.of("count", 2, "sku", "tea", "due", "2026-02-01", "customer", Map.of("name", List.of())),
					"The message cannot be read", "at customer.name");
		});
	}

	@Test
	void parameterWhenItIsTheOnlyOneAndSimpleThenIsTakenByItsNameToo() {
		calling(Simple.class, (child) -> {
			assertThat(child.request("look", Map.of("sku", "tea"), String.class)).isEqualTo("looked at tea");
			assertThat(child.request("look", "tea", String.class)).isEqualTo("looked at tea");
			assertRejected(child, "look", Map.of("ska", "tea"), "The message is not valid", "sku must not be null");
			assertRejected(child, "look", List.of("tea"), "The message cannot be read", "at sku");
			assertThat(child.request("find", Map.of("sku", "tea"), String.class)).isEqualTo("found tea");
			assertThat(child.request("find", null, String.class)).isEqualTo("found nothing");
			assertThat(child.request("size", Map.of("bytes", "aGVsbG8="), Integer.class)).isEqualTo(5);
		});
	}

	@Test
	void parameterWhenItIsTheOnlyOneAndNotSimpleThenTakesAll() {
		calling(Whole.class, (child) -> {
			assertThat(child.request("order", Map.of("name", "ada"), String.class)).isEqualTo("ada");
			assertThat(child.request("map", Map.of("name", "ada"), Object.class)).isEqualTo(Map.of("name", "ada"));
			assertThat(child.request("list", List.of(1, 2), Object.class)).isEqualTo(List.of(1, 2));
			assertThat(child.request("payload", "tea", String.class)).isEqualTo("tea");
			assertRejected(child, "payload", Map.of("sku", "tea"), "The message cannot be read", null);
		});
		callingByPosition(Positions.class, "[1,2,3]", "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[1,2,3]}");
	}

	@Test
	void parametersWhenTheyHaveConstraintsThenAreValidated() {
		calling(Validated.class, (child) -> {
			assertThat(child.request("place", Map.of("sku", "tea", "count", 1, "customer", Map.of("name", "ada")),
					Integer.class))
				.isEqualTo(1);
			assertRejected(child, "place", Map.of("sku", " ", "count", 0, "customer", Map.of("name", "ada")),
					"The message is not valid", "count must be greater than or equal to 1, sku must not be blank");
			assertRejected(child, "place", Map.of("sku", "tea", "count", 1, "customer", Map.of("name", "")),
					"The message is not valid", "name must not be blank");
		});
	}

	@Test
	void parametersWhenOthersStandBesideThemThenAllAreResolved() {
		calling(Beside.class,
				(child) -> assertThat(child.request("place", Map.of("sku", "tea", "count", 2), Object.class))
					.isEqualTo(List.of("tea", 2, "orders", "place", true, "place", true)));
	}

	@Test
	void headerWhenTheDuctIsBareThenThereIsNoMethod() {
		this.bare.withUserConfiguration(WithHeaders.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.request("tea", Object.class)).isEqualTo(List.of("ductworks_duct", "ductworks_size"));
			}
		});
		calling(WithHeaders.class, (child) -> assertThat(child.request("look", "tea", Object.class))
			.isEqualTo(List.of("ductworks_duct", "ductworks_method", "ductworks_size")));
	}

	// The message as it came

	@Test
	void messageWhenTakenAsItCameThenTheMethodDecodesAndAnswersIt() {
		calling(AsItCame.class, (child) -> {
			assertThat(child.request("double", 2, Integer.class)).isEqualTo(4);
			assertThat(child.request("later", 2, Integer.class)).isEqualTo(3);
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> child.request("refuse", 2, Integer.class))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(409));
			assertThat(child.request("nothing", 2, Integer.class)).isNull();
		});
	}

	@Test
	void messageWhenTakenAsItCameByABareDuctThenMayBeAnsweredByAVoidMethod() {
		this.bare.withUserConfiguration(BareAsItCame.class).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.request(2, Integer.class)).isEqualTo(4);
			}
		});
	}

	// What cannot work

	@Test
	void parametersWhenOneOfSeveralIsThePayloadThenTheStartFails() {
		List<DuctSetupException> failures = new ArrayList<>();
		for (ApplicationContextRunner runner : List.of(this.rpc.withUserConfiguration(PayloadAmongOthers.class),
				this.bare.withUserConfiguration(Several.class))) {
			runner.run((context) -> assertThat(context).getFailure()
				.isInstanceOfSatisfying(DuctSetupException.class, failures::add));
		}
		assertThat(failures).hasSize(2)
			.allSatisfy((failure) -> assertThat(failure.description()).contains("that could take the payload"))
			.allSatisfy((failure) -> assertThat(failure.action()).contains("json-rpc", "by name or position"));
	}

	record Customer(@NotBlank String name) {
	}

	static class Several {

		@DuctListener("orders")
		String place(String sku, int count, LocalDate due, @Nullable Customer customer) {
			return count + " " + sku + " due " + due + " for " + ((customer != null) ? customer.name() : "nobody");
		}

	}

	static class Absent {

		@DuctListener("orders")
		List<@Nullable Object> look(@Nullable String sku, Optional<Integer> count, @Nullable Integer size) {
			return Arrays.asList(sku, count.orElse(null), size);
		}

	}

	@DuctListener("orders")
	static class Simple {

		@DuctListener(method = "look")
		String look(String sku) {
			return "looked at " + sku;
		}

		@DuctListener(method = "find")
		String find(Optional<String> sku) {
			return "found " + sku.orElse("nothing");
		}

		@DuctListener(method = "size")
		int size(byte[] bytes) {
			return bytes.length;
		}

	}

	@DuctListener("orders")
	static class Whole {

		@DuctListener(method = "order")
		String order(Customer customer) {
			return customer.name();
		}

		@DuctListener(method = "map")
		Map<String, String> map(Map<String, String> all) {
			return all;
		}

		@DuctListener(method = "list")
		List<Integer> list(List<Integer> all) {
			return all;
		}

		@DuctListener(method = "payload")
		String payload(@Payload String sku) {
			return sku;
		}

	}

	static class Positions {

		@DuctListener("orders")
		int[] list(int[] all) {
			return all;
		}

	}

	static class Validated {

		@DuctListener("orders")
		int place(@NotBlank String sku, @Min(1) int count, @Valid Customer customer) {
			return count;
		}

	}

	static class Beside {

		@DuctListener("orders")
		List<Object> place(String sku, MessageDuct from, @Header(DuctHeaders.DUCT) String duct, int count,
				@Headers Map<String, Object> headers, Message<?> message, DuctMessage asItCame) {
			return List.of(sku, count, duct, headers.get(DuctHeaders.METHOD), message.getPayload() instanceof Map,
					asItCame.method(), from.isConnected());
		}

	}

	static class WithHeaders {

		@DuctListener("orders")
		List<String> take(@Headers Map<String, Object> headers) {
			return headers.keySet().stream().sorted().toList();
		}

	}

	@DuctListener("orders")
	static class AsItCame {

		@DuctListener(method = "double")
		void twice(DuctMessage message) {
			message.reply(message.as(Integer.class) * 2);
		}

		@DuctListener(method = "later")
		Integer later(DuctMessage message, int number) {
			message.deferReply().reply(number + 1);
			return number;
		}

		@DuctListener(method = "refuse")
		void refuse(DuctMessage message) {
			message.replyWithError(new DuctProblemException(409, "Taken"));
		}

		@DuctListener(method = "nothing")
		void nothing(DuctMessage message) {
		}

	}

	static class BareAsItCame {

		@DuctListener("orders")
		void twice(DuctMessage message) {
			message.reply(message.as(Integer.class) * 2);
		}

	}

	static class PayloadAmongOthers {

		@DuctListener("orders")
		void place(@Payload String sku, int count) {
		}

	}

}
