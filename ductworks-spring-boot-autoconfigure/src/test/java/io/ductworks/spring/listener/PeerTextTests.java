package io.ductworks.spring.listener;

import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import io.ductworks.DuctProblemException;
import io.ductworks.MessageCodecException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.codec.MessageCodec;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What peers write into logs: nothing of their payloads, and nothing that passes for
 * something else.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class PeerTextTests {

	private static final String CANARY = "canary";

	/** A line break, a colour, and an override of the direction, then more and more. */
	private static final String EVIL = "evil\r\nWARN forged \u001b[31mred \u202efdp.exe " + "x".repeat(500);

	private final LogRecorder log = new LogRecorder();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class,
				ValidationAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress());

	@BeforeEach
	void recordLogs() {
		this.log.attach();
	}

	@AfterEach
	void leaveLogs() {
		this.log.detach();
	}

	/**
	 * Sends JSON to a listener of a context, and gives its answer.
	 */
	private @Nullable RemoteHandlerException ask(ApplicationContext context, Object message) {
		MessageDuctParent parent = (MessageDuctParent) context.getBean(DuctRegistry.class).get("orders");
		try (MessageDuctChild child = raw(parent)) {
			return catchThrowableOfType(RemoteHandlerException.class, () -> child.request(json(message), byte[].class));
		}
	}

	private static MessageDuctChild raw(MessageDuctParent parent) {
		MessageDuctChild child = MessageDuctChild.builder()
			.address(parent.listenerAddress())
			.codec(MessageCodec.bytes())
			.build();
		child.connect();
		return child;
	}

	private static byte[] json(Object message) {
		return (message instanceof byte[] bytes) ? bytes : JsonMapper.shared().writeValueAsBytes(message);
	}

	private static void assertHarmless(String text) {
		assertThat(text).doesNotContain("\u001b", "\u202e", "\nWARN forged", "\rWARN forged", "x".repeat(201));
	}

	private void assertLogged(String part) {
		Peers.eventually().until(() -> this.log.lines().stream().anyMatch((line) -> line.contains(part)));
	}

	/**
	 * Of each of these, and of nothing else.
	 */
	private void assertWarnedOnceOf(String... parts) {
		List<String> warnings = this.log.lines().stream().filter((line) -> line.startsWith("WARN")).toList();
		assertThat(warnings).hasSize(parts.length);
		assertThat(parts).allSatisfy((part) -> assertThat(warnings).anyMatch((line) -> line.contains(part)));
	}

	// O2

	@Test
	void o2MessagesWhenManyAreRejectedThenWarnedOfOnce() {
		this.runner.withUserConfiguration(Numbers.class).run((context) -> {
			MessageDuctParent parent = (MessageDuctParent) context.getBean(DuctRegistry.class).get("orders");
			try (MessageDuctChild child = raw(parent)) {
				for (int i = 0; i < 20; i++) {
					child.send(json("no number"));
				}
				Peers.eventually().until(() -> count("Numbers.take rejected") == 20);
				// Else the end, and what it left unread, would be more to warn of.
				for (int i = 0; i < 20; i++) {
					child.recv();
				}
			}

			assertWarnedOnceOf("Numbers.take rejected");
		});
	}

	@Test
	void messagesWhenAListenerFailsOnManyThenWarnedOfEachAndOnceWithTheStackTrace() {
		this.runner.withUserConfiguration(Orders.class).run((context) -> {
			for (int i = 0; i < 20; i++) {
				assertThat(ask(context, new Order("a", -1))).hasMessageContaining("500");
			}

			// The last answer is there before its line is.
			Peers.eventually().untilAsserted(() -> assertThat(warnings()).hasSize(20));
			assertThat(warnings()).allMatch((line) -> line.contains("IllegalStateException: on purpose"));
			assertThat(warnings()).filteredOn((line) -> line.contains("\tat ")).hasSize(1);
		});
	}

	@Test
	void failuresWhenOfTwoPlacesThenEachHasItsStackTrace() {
		this.runner.withUserConfiguration(Failing.class).run((context) -> {
			for (int i = 0; i < 4; i++) {
				assertThat(ask(context, i)).hasMessageContaining("500");
			}

			Peers.eventually().untilAsserted(() -> assertThat(warnings()).hasSize(4));
			assertThat(warnings()).filteredOn((line) -> line.contains("\tat ")).hasSize(2);
		});
	}

	private List<String> warnings() {
		return this.log.lines().stream().filter((line) -> line.startsWith("WARN")).toList();
	}

	@Test
	void o2MessagesWhenAListenerFailsOnVeryManyThenTheLinesAreBounded() {
		this.runner.withUserConfiguration(Orders.class).run((context) -> {
			for (int i = 0; i < 150; i++) {
				assertThat(ask(context, new Order("a", -1))).hasMessageContaining("500");
			}

			Peers.eventually().untilAsserted(() -> assertThat(count("the handler failed")).isEqualTo(150));
			assertThat(warnings()).hasSizeLessThan(150);
		});
	}

	@Test
	void o2MessagesWhenAHandlerCannotReadManyThenWarnedOfOnce() {
		try (MessageDuctParent parent = parentOfNumbers(); MessageDuctChild child = raw(parent)) {
			for (int i = 0; i < 20; i++) {
				child.send(json("no number"));
			}
			Peers.eventually().until(() -> count("the handler failed") == 20);

			assertWarnedOnceOf("the handler failed");
		}
	}

	private long count(String part) {
		return this.log.lines().stream().filter((line) -> line.contains(part)).count();
	}

	// O3

	@Test
	void o3PayloadWhenHandledOrItsListenerFailsThenIsInNoLog() {
		this.runner.withUserConfiguration(Orders.class).run((context) -> {
			assertThat(ask(context, new Order(CANARY, 1))).isNull();
			assertThat(ask(context, new Order(CANARY, -1))).hasMessageContaining("500");

			assertLogged("the handler failed");
			assertThat(this.log.lines()).noneMatch((line) -> line.contains(CANARY));
		});
	}

	// O4

	@Test
	void o4TextWhenInTheErrorOfAnAnswerThenIsEscapedAndCutInTheException() {
		try (MessageDuctParent parent = Peers.parentAt(Peers.freshAddress(),
				(settings) -> settings
					.handler((from, message) -> message.replyWithError(new DuctProblemException(500, EVIL, EVIL))));
				MessageDuctChild child = Peers.childOf(parent)) {
			assertThatExceptionOfType(RemoteHandlerException.class).isThrownBy(() -> child.request("x", String.class))
				.satisfies((ex) -> {
					assertThat(ex).hasMessageContaining("evil");
					assertHarmless(ex.getMessage());
				});
		}
	}

	@Test
	void o4TextWhenInAMessageThatCannotBeReadThenIsEscapedAndCutInTheLog() {
		this.runner.withUserConfiguration(Numbers.class).run((context) -> {
			for (Object message : List.of(EVIL, Map.of(EVIL, EVIL), EVIL.getBytes(StandardCharsets.UTF_8),
					("[" + EVIL).getBytes(StandardCharsets.UTF_8))) {
				assertThat(ask(context, message)).hasMessageContaining("400")
					.satisfies((ex) -> assertHarmless(ex.getMessage()));
			}

			assertLogged("Numbers.take rejected");
			assertThat(this.log.lines()).allSatisfy(PeerTextTests::assertHarmless);
		});
	}

	@Test
	void o4TextWhenInAMessageThatIsReceivedAndCannotBeReadThenIsEscapedAndCutInTheException() {
		try (MessageDuctParent parent = Peers.parentAt(Peers.freshAddress()); MessageDuctChild child = raw(parent)) {
			child.send(json(EVIL));
			assertThatExceptionOfType(MessageCodecException.class).isThrownBy(() -> parent.recv(Integer.class))
				.satisfies((ex) -> assertHarmless(ex.getMessage()));
		}
	}

	@Test
	void o3PayloadWhenItCannotBeReadThenIsInNoLog() {
		this.runner.withUserConfiguration(Numbers.class).run((context) -> {
			for (Object message : List.of(CANARY, ("[" + CANARY).getBytes(StandardCharsets.UTF_8))) {
				assertThat(ask(context, message)).hasMessageContaining("400");
			}

			assertLogged("Numbers.take rejected");
			assertThat(this.log.lines()).noneMatch((line) -> line.contains(CANARY));
		});
	}

	@Test
	void o3PayloadWhenItIsNotValidThenIsInNoLog() {
		this.runner.withUserConfiguration(Orders.class).run((context) -> {
			assertThat(ask(context, new Order(CANARY.repeat(10), 1))).hasMessageContaining("400");

			assertLogged("Orders.take rejected");
			assertThat(this.log.lines()).noneMatch((line) -> line.contains(CANARY));
		});
	}

	@Test
	void o3PayloadWhenAHandlerCannotReadItThenIsInNoLog() {
		try (MessageDuctParent parent = parentOfNumbers(); MessageDuctChild child = raw(parent)) {
			child.send(json(CANARY));

			assertLogged("the handler failed");
			assertThat(this.log.lines()).noneMatch((line) -> line.contains(CANARY));
		}
	}

	@Test
	void o4TextWhenInAMessageThatIsNotValidThenIsEscapedAndCutInTheLog() {
		this.runner.withUserConfiguration(Orders.class).run((context) -> {
			assertThat(ask(context, new Order(EVIL, 1))).hasMessageContaining("400");

			assertLogged("Orders.take rejected");
			assertThat(this.log.lines()).allSatisfy(PeerTextTests::assertHarmless);
		});
	}

	@Test
	void o4TextWhenInTheKeyOfAMapThatIsNotValidThenIsEscapedAndCutInTheLog() {
		this.runner.withUserConfiguration(Stocks.class).run((context) -> {
			for (String key : List.of(EVIL, "a]." + EVIL, "a[b", "'a'", "a'b", "a.b", "]", "")) {
				assertNotValid(ask(context, new Stock(Map.of(key, ""), Map.of())));
				assertNotValid(ask(context, new Stock(Map.of(), Map.of(key, new Order("x".repeat(30), 1)))));
			}

			assertLogged("Stocks.take rejected");
			assertThat(this.log.lines()).allSatisfy(PeerTextTests::assertHarmless);
		});
	}

	private static void assertNotValid(@Nullable RemoteHandlerException answer) {
		assertThat(answer).hasMessageContaining("400: The message is not valid: ");
	}

	@Test
	void o3KeyOfAMapWhenItsValueIsNotValidThenIsInNoLog() {
		this.runner.withUserConfiguration(Stocks.class).run((context) -> {
			assertNotValid(ask(context, new Stock(Map.of(CANARY, ""), Map.of())));

			assertLogged("Stocks.take rejected");
			assertThat(this.log.lines()).noneMatch((line) -> line.contains(CANARY));
		});
	}

	@Test
	void o4TextWhenInAConstraintsMessageThenIsEscapedAndCutInTheLog() {
		this.runner.withUserConfiguration(Quotes.class).run((context) -> {
			assertNotValid(ask(context, Map.of("text", EVIL)));
			String halfACharacter = "{\"text\":\"" + "\\ud83d".repeat(30) + "\"}";
			assertNotValid(ask(context, halfACharacter.getBytes(StandardCharsets.UTF_8)));

			assertLogged("Quotes.take rejected");
			assertThat(this.log.lines()).allSatisfy(PeerTextTests::assertHarmless);
		});
	}

	@Test
	void o4TextWhenInAMessageThatCannotBeConvertedThenIsNotInTheLineOfTheListener() {
		MessageCodec text = MessageCodec.text(String::valueOf, (message) -> message, StandardCharsets.UTF_8,
				CodingErrorAction.REPORT);
		this.runner.withBean(DuctBuilderCustomizer.class, () -> (name, builder) -> builder.codec(text))
			.withUserConfiguration(Maps.class)
			.run((context) -> {
				assertThat(ask(context, EVIL)).hasMessageContaining("400: The message cannot be read");

				assertLogged("Maps.take rejected");
				assertThat(this.log.lines()).filteredOn((line) -> line.contains("rejected"))
					.noneMatch((line) -> line.contains("evil"));
			});
	}

	@Test
	void o4TextWhenInAMessageThatAHandlerCannotReadThenIsEscapedAndCutInTheLog() {
		try (MessageDuctParent parent = parentOfNumbers(); MessageDuctChild child = raw(parent)) {
			child.send(json(EVIL));

			assertLogged("the handler failed");
			assertThat(this.log.lines()).allSatisfy(PeerTextTests::assertHarmless);
		}
	}

	private static MessageDuctParent parentOfNumbers() {
		return Peers.parentAt(Peers.freshAddress(),
				(settings) -> settings.handler((from, message) -> message.as(Integer.class)));
	}

	record Order(@Size(max = 20) String name, int count) {
	}

	static class Orders {

		@DuctListener("orders")
		Order take(@Valid Order order) {
			if (order.count() < 0) {
				throw new IllegalStateException("on purpose");
			}
			return order;
		}

	}

	static class Failing {

		@DuctListener("orders")
		int take(int number) {
			if (number % 2 == 0) {
				throw new IllegalStateException("even");
			}
			throw new IllegalStateException("odd");
		}

	}

	static class Numbers {

		@DuctListener("orders")
		int take(int number) {
			return number;
		}

	}

	record Stock(Map<String, @NotBlank String> names, Map<String, @Valid Order> orders) {
	}

	static class Stocks {

		@DuctListener("orders")
		int take(@Valid Stock stock) {
			return stock.names().size();
		}

	}

	record Quote(@Size(max = 20, message = "'${validatedValue}' is too long") String text) {
	}

	static class Quotes {

		@DuctListener("orders")
		String take(@Valid Quote quote) {
			return quote.text();
		}

	}

	static class Maps {

		@DuctListener("orders")
		int take(Map<String, String> map) {
			return map.size();
		}

	}

	/**
	 * Takes what is logged, with stack traces, in place of the console: all of ours, and
	 * of what calls listeners all but TRACE, where Spring shows arguments.
	 */
	private static final class LogRecorder extends AppenderBase<ILoggingEvent> {

		private final Map<Logger, Level> levels = Map.of(logger("io.ductworks"), Level.TRACE,
				logger("org.springframework.messaging"), Level.DEBUG);

		private final Queue<String> lines = new ConcurrentLinkedQueue<>();

		private static Logger logger(String name) {
			return (Logger) LoggerFactory.getLogger(name);
		}

		void attach() {
			start();
			this.levels.forEach((logger, level) -> {
				logger.setLevel(level);
				logger.setAdditive(false);
				logger.addAppender(this);
			});
		}

		void detach() {
			this.levels.keySet().forEach((logger) -> {
				logger.setLevel(null);
				logger.setAdditive(true);
				logger.detachAppender(this);
			});
			stop();
		}

		@Override
		protected void append(ILoggingEvent event) {
			String trace = ThrowableProxyUtil.asString(event.getThrowableProxy());
			this.lines.add(event.getLevel() + " " + event.getFormattedMessage() + "\n" + trace);
		}

		List<String> lines() {
			return new ArrayList<>(this.lines);
		}

	}

}
