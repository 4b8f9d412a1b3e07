package io.ductworks.spring.client;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BinaryOperator;

import io.ductworks.codec.MessageCodec;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.Protocol;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.NothingLeftBehind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What cannot work, and what is said of it when the application starts.
 */
@ExtendWith(NothingLeftBehind.class)
class WrongExchangeTests {

	@TempDir
	private Path directory;

	private void assertRefused(Class<?> type, Protocol protocol, MessageCodec codec, String... texts) {
		ApplicationContextRunner runner = Clients.runner(this.directory)
			.withBean(DuctBuilderCustomizer.class, () -> (name, builder) -> builder.protocol(protocol).codec(codec));
		Clients.importing(runner, type)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOf(DuctSetupException.class)
				.message()
				.contains(texts));
	}

	private void assertRefused(Class<?> type, Protocol protocol, String... texts) {
		assertRefused(type, protocol, MessageCodec.json(), texts);
	}

	@Test
	void ductWhenUnknownThenIsNamedBesideThoseThereAre() {
		assertRefused(Unknown.class, Protocol.BARE, "@DuctExchange(\"${shop.duct:stock}\")", Unknown.class.getName(),
				"[orders]", "ductworks.child.stock.address");
	}

	@Test
	void placeholderWhenNothingReplacesItThenIsNamed() {
		assertRefused(Unresolved.class, Protocol.BARE, "shop.none", Unresolved.class.getName());
	}

	@Test
	void methodWhenItHasSeveralParametersAndTheDuctIsBareThenIsRefused() {
		assertRefused(Several.class, Protocol.BARE, "Several.move has 2 parameters", "'orders' is bare");
	}

	@Test
	void methodWhenItHasANameAndTheDuctIsBareThenIsRefused() {
		assertRefused(Named.class, Protocol.BARE, "Named.place is to call \"order.place\"", "'orders' is bare");
	}

	@Test
	void methodsWhenSomeAskAndSomeSendAndTheDuctIsBareThenAreRefused() {
		assertRefused(Both.class, Protocol.BARE, "Both.asks asks", "Both.sends sends", "bare duct 'orders'",
				"protocol: json-rpc");
	}

	@Test
	void methodWhenItsResultIsSeveralThenIsRefused() {
		assertRefused(Stream.class, Protocol.JSON_RPC, "Stream.all returns a Flux", "one answer");
	}

	@Test
	void methodWhenItsFutureIsOfItsOwnKindThenIsRefused() {
		assertRefused(OwnFuture.class, Protocol.JSON_RPC, "returns a Special");
	}

	@Test
	void timeoutWhenItIsNoneThenIsRefused() {
		assertRefused(WrongTimeout.class, Protocol.JSON_RPC, "WrongTimeout.place", "\"soon\"", "PT2S");
		assertRefused(NoTimeout.class, Protocol.JSON_RPC, "NoTimeout.place", "\"0s\"", "not positive");
		assertRefused(SentWithTimeout.class, Protocol.JSON_RPC, "SentWithTimeout.tell has a time-out", "send-timeout");
	}

	@Test
	void messageWhenTheCodecCarriesNoneThenIsRefused() {
		assertRefused(Numbers.class, Protocol.BARE, MessageCodec.text(), "Numbers.count", "java.lang.Integer",
				"codec, text");
	}

	@Test
	void clientWhenMadeLaterThenIsRefusedAtOnce() {
		Clients.importing(Clients.runner(this.directory), Asking.class)
			.run((context) -> assertThatExceptionOfType(DuctSetupException.class)
				.isThrownBy(() -> context.getBean(DuctExchangeFactory.class).create(Both.class))
				.withMessageContaining("Both.sends"));
	}

	@Test
	void parametersWhenTheirNamesAreNotCompiledInThenMethodIsRefused() {
		assertRefused(Nameless.class, Protocol.JSON_RPC, "Nameless.apply", "-parameters");
	}

	/**
	 * As a mock is, whose answers are nothing unless it is told others.
	 */
	@Test
	void ductWhenItIsAMockThenNothingIsRefused() {
		MessageDuct mock = (MessageDuct) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { MessageDuct.class }, (proxy, method, arguments) -> null);
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		beans.registerSingleton("ducts", new DuctRegistry(Map.of("orders", mock)));
		DuctExchangeFactory factory = new DuctExchangeFactory(beans);
		factory.afterSingletonsInstantiated();
		Both both = factory.create(Both.class);
		both.sends("nail");
		assertThat(both.asks("nail")).isNull();
	}

	@DuctExchange("${shop.duct:stock}")
	interface Unknown {

	}

	@DuctExchange("${shop.none}")
	interface Unresolved {

	}

	@DuctExchange("orders")
	interface Several {

		String move(String sku, int pieces);

	}

	@DuctExchange("orders")
	interface Named {

		@DuctMethod("order.place")
		String place(String sku);

	}

	@DuctExchange("orders")
	interface Both {

		String asks(String sku);

		void sends(String sku);

	}

	@DuctExchange("orders")
	interface Nameless extends BinaryOperator<String> {

	}

	@DuctExchange("orders")
	interface Asking {

		String asks(String sku);

	}

	@DuctExchange("orders")
	interface Stream {

		Flux<String> all();

	}

	@DuctExchange("orders")
	interface OwnFuture {

		Special place(String sku);

	}

	static class Special extends CompletableFuture<String> {

	}

	@DuctExchange("orders")
	interface WrongTimeout {

		@DuctMethod(timeout = "soon")
		String place(String sku);

	}

	@DuctExchange("orders")
	interface NoTimeout {

		@DuctMethod(timeout = "0s")
		String place(String sku);

	}

	@DuctExchange("orders")
	interface SentWithTimeout {

		@DuctMethod(timeout = "1s")
		void tell(String sku);

	}

	@DuctExchange("orders")
	interface Numbers {

		@Nullable Integer count(String sku);

	}

}
