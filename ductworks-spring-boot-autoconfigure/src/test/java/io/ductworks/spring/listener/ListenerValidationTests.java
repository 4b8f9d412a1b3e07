package io.ductworks.spring.listener;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.ductworks.RemoteHandlerException;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * That what is annotated is checked, wherever the annotation stands.
 */
@ExtendWith(NothingLeftBehind.class)
class ListenerValidationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class,
				ValidationAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress());

	record Order(@NotBlank String name, @Max(7) int count) {
	}

	private void asking(Class<?> listener, Consumer<MessageDuctChild> test) {
		this.runner.withUserConfiguration(listener).run((context) -> {
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				test.accept(child);
			}
		});
	}

	private static Map<String, String> error(String field, String message) {
		return Map.of("field", field, "message", message);
	}

	private static Object errors(MessageDuctChild child, @Nullable String method, Object payload) {
		List<RemoteHandlerException> failures = new ArrayList<>();
		assertThatExceptionOfType(RemoteHandlerException.class).isThrownBy(() -> ask(child, method, payload))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400))
			.satisfies(failures::add);
		return failures.get(0).properties().getOrDefault("errors", "none");
	}

	private static void ask(MessageDuctChild child, @Nullable String method, Object payload) {
		if (method != null) {
			child.request(method, payload, Object.class);
		}
		else {
			child.request(payload, Object.class);
		}
	}

	private static void assertRefused(MessageDuctChild child, Object payload, String detail) {
		assertThatExceptionOfType(RemoteHandlerException.class).isThrownBy(() -> child.request(payload, Object.class))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400))
			.satisfies((ex) -> assertThat(ex.detail()).isEqualTo(detail));
	}

	@Test
	void b3ListWhenItIsValidThenItsElementsAreCheckedToo() {
		asking(Lists.class, (child) -> {
			assertThat(child.request(List.of(new Order("tea", 1)), Integer.class)).isEqualTo(1);
			assertRefused(child, List.of(Map.of("name", "tea", "count", 1), Map.of("name", "", "count", 9)),
					"[1].count must be less than or equal to 7, [1].name must not be blank");
		});
	}

	@Test
	void b3ListWhenItsElementsAreValidThenTheyAreChecked() {
		asking(Elements.class,
				(child) -> assertRefused(child, List.of(Map.of("name", "", "count", 1)), "[0].name must not be blank"));
	}

	@Test
	void b3MapWhenItsValuesAreValidThenTheyAreCheckedAndNoKeyIsTold() {
		asking(Maps.class, (child) -> assertRefused(child, Map.of("secret", Map.of("name", "", "count", 1)),
				"[*].name must not be blank"));
	}

	@Test
	void b3TextWhenItHasConstraintsThenTheyHold() {
		asking(Texts.class, (child) -> {
			assertThat(child.request("abc", String.class)).isEqualTo("abc");
			assertRefused(child, "", "text must not be blank");
			assertRefused(child, "abcdef", "text size must be between 0 and 3");
		});
	}

	@Test
	void b3NumberWhenItHasConstraintsThenTheyHold() {
		asking(Numbers.class, (child) -> {
			assertThat(child.request(3, Integer.class)).isEqualTo(3);
			assertRefused(child, 7, "n must be less than or equal to 3");
		});
	}

	@Test
	void b3ClassWhenItIsValidatedByAProxyThenTheRequesterIsToldAllTheSame() {
		asking(Proxied.class, (child) -> {
			assertThat(child.request("abc", String.class)).isEqualTo("abc");
			assertRefused(child, "", "text must not be blank");
		});
	}

	@Test
	void b3ClassWhenItIsValidatedAndHasNoProxyForThatThenIsCheckedAllTheSame() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress())
			.withBean(LocalValidatorFactoryBean.class)
			.withUserConfiguration(Proxied.class)
			.run((context) -> {
				try (MessageDuctChild child = Peers.childOf(context, "orders")) {
					assertRefused(child, "", "text must not be blank");
				}
			});
	}

	@Test
	void b3ViolationWhenItIsOfAnotherBeanThenIsAFailureOfTheListener() {
		this.runner.withUserConfiguration(Proxied.class, Calling.class)
			.withPropertyValues("ductworks.parent.stock.address=" + Peers.freshAddress())
			.run((context) -> {
				try (MessageDuctChild child = Peers.childOf(context, "stock")) {
					assertThatExceptionOfType(RemoteHandlerException.class)
						.isThrownBy(() -> child.request("x", Object.class))
						.satisfies((ex) -> assertThat(ex.status()).isEqualTo(500));
				}
			});
	}

	@Test
	void errorsWhenAFieldIsNotValidThenHaveEachWithItsMessageInOrder() {
		asking(Beans.class, (child) -> assertThat(errors(child, null, Map.of("name", "", "count", 9)))
			.isEqualTo(List.of(error("count", "must be less than or equal to 7"), error("name", "must not be blank"))));
	}

	@Test
	void errorsWhenAnElementIsNotValidThenNameItsPlace() {
		asking(Lists.class, (child) -> assertThat(errors(child, null, List.of(Map.of("name", "", "count", 1))))
			.isEqualTo(List.of(error("[0].name", "must not be blank"))));
	}

	@Test
	void errorsWhenAProxyValidatesThenAreTheSame() {
		asking(Proxied.class,
				(child) -> assertThat(errors(child, null, "")).isEqualTo(List.of(error("text", "must not be blank"))));
	}

	@Test
	void errorsWhenThereAreThousandsThenAHundredAreTold() {
		asking(Lists.class, (child) -> {
			List<Object> orders = new ArrayList<>();
			for (int i = 0; i < 2000; i++) {
				orders.add(Map.of("name", "", "count", 1));
			}
			assertThat((List<?>) errors(child, null, orders)).hasSize(100);
		});
	}

	@Test
	void errorsWhenJsonRpcThenAreInTheDataOfTheError() {
		this.runner.withPropertyValues("ductworks.parent.orders.protocol=json-rpc")
			.withUserConfiguration(Calls.class)
			.run((context) -> {
				try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
					assertThat(errors(child, "place", Map.of("name", "", "count", 9))).isEqualTo(List
						.of(error("count", "must be less than or equal to 7"), error("name", "must not be blank")));
					assertThat(errors(child, "look", Map.of("sku", "")))
						.isEqualTo(List.of(error("sku", "must not be blank")));
					assertThat(errors(child, "look", Map.of())).isEqualTo(List.of(error("sku", "must not be null")));
				}
			});
	}

	static class Beans {

		@DuctListener("orders")
		int take(@Valid Order order) {
			return order.count();
		}

	}

	@DuctListener("orders")
	static class Calls {

		@DuctListener(method = "place")
		int place(@Valid Order order) {
			return order.count();
		}

		@DuctListener(method = "look")
		String look(@NotBlank String sku) {
			return sku;
		}

	}

	static class Lists {

		@DuctListener("orders")
		int take(@Valid List<Order> orders) {
			return orders.size();
		}

	}

	static class Elements {

		@DuctListener("orders")
		int take(List<@Valid Order> orders) {
			return orders.size();
		}

	}

	static class Maps {

		@DuctListener("orders")
		int take(Map<String, @Valid Order> orders) {
			return orders.size();
		}

	}

	static class Texts {

		@DuctListener("orders")
		String take(@NotBlank @Size(max = 3) String text) {
			return text;
		}

	}

	static class Numbers {

		@DuctListener("orders")
		int take(@Max(3) int n) {
			return n;
		}

	}

	@Validated
	static class Proxied {

		@DuctListener("orders")
		public String take(@NotBlank String text) {
			return text;
		}

	}

	static class Calling {

		private final Proxied proxied;

		Calling(Proxied proxied) {
			this.proxied = proxied;
		}

		@DuctListener("stock")
		String handle(String text) {
			return this.proxied.take("");
		}

	}

}
