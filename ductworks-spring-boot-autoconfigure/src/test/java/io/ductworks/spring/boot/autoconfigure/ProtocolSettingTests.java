package io.ductworks.spring.boot.autoconfigure;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.ductworks.RemoteHandlerException;
import io.ductworks.codec.MessageCodec;
import io.ductworks.message.DuctHandler;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.Protocol;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the settings of JSON-RPC do.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class ProtocolSettingTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress(),
				"ductworks.parent.orders.protocol=json-rpc");

	private ApplicationContextRunner handledBy(DuctHandler handler) {
		return this.runner.withBean(DuctBuilderCustomizer.class, () -> (name, builder) -> builder.handler(handler));
	}

	@Test
	void protocolWhenJsonRpcThenCallsHaveAMethod() {
		handledBy(DuctHandler.answering((from, message) -> message.method())).run((context) -> {
			assertThat(context.getBean(MessageDuctParent.class).protocol()).isEqualTo(Protocol.JSON_RPC);
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				assertThat(child.request("order.place", null, String.class)).isEqualTo("order.place");
			}
		});
	}

	@Test
	void protocolWhenNotSetThenIsThatOfTheDefaultsOrBare() {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class));
		runner
			.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress(),
					"ductworks.defaults.protocol=JSON_RPC", "ductworks.defaults.codec=text")
			.run((context) -> {
				MessageDuct orders = context.getBean(MessageDuctParent.class);
				assertThat(orders.protocol()).isEqualTo(Protocol.JSON_RPC);
				assertThat(orders.codec()).hasToString(MessageCodec.json().toString());
			});
		runner.withPropertyValues("ductworks.child.billing.address=" + Peers.freshAddress())
			.run((context) -> assertThat(context.getBean(MessageDuctChild.class).protocol()).isEqualTo(Protocol.BARE));
	}

	@Test
	void concurrencyWhenSetThenSoManyRequestsAreHandledAtATimeAndSoManyWait() {
		CountDownLatch gate = new CountDownLatch(1);
		AtomicInteger began = new AtomicInteger();
		handledBy(DuctHandler.answering((from, message) -> {
			began.incrementAndGet();
			return gate.await(10, TimeUnit.SECONDS);
		})).withPropertyValues("ductworks.parent.orders.concurrency=2", "ductworks.parent.orders.max-waiting=1")
			.run((context) -> {
				try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
					List<CompletableFuture<Boolean>> running = List.of(child.requestAsync("work", 1, Boolean.class),
							child.requestAsync("work", 2, Boolean.class));
					Peers.eventually().until(() -> began.get() == 2);
					CompletableFuture<Boolean> waiting = child.requestAsync("work", 3, Boolean.class);
					assertThatExceptionOfType(RemoteHandlerException.class)
						.isThrownBy(() -> child.request("work", 4, Boolean.class))
						.satisfies((ex) -> assertThat(ex.code()).isEqualTo(-32000));
					assertThat(began).hasValue(2);
					gate.countDown();
					running.forEach((answer) -> assertThat(answer).succeedsWithin(10, TimeUnit.SECONDS));
					assertThat(waiting).succeedsWithin(10, TimeUnit.SECONDS);
				}
			});
	}

	@Test
	void waitingBytesWhenSetThenLongerCallsAreRefused() {
		CountDownLatch gate = new CountDownLatch(1);
		handledBy(DuctHandler.answering((from, message) -> gate.await(10, TimeUnit.SECONDS)))
			.withPropertyValues("ductworks.parent.orders.concurrency=1",
					"ductworks.parent.orders.max-waiting-bytes=1KB")
			.run((context) -> {
				try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
					child.requestAsync("work", 1, Boolean.class);
					CompletableFuture<Boolean> waiting = child.requestAsync("work", "x".repeat(600), Boolean.class);
					assertThatExceptionOfType(RemoteHandlerException.class)
						.isThrownBy(() -> child.request("work", "x".repeat(600), Boolean.class))
						.withMessageContaining("1024 bytes");
					gate.countDown();
					assertThat(waiting).succeedsWithin(10, TimeUnit.SECONDS);
				}
			});
	}

	@Test
	void metaWhenSwitchedOffThenIsNotWritten() {
		assertThat(membersOfARequest("ductworks.parent.orders.json-rpc.meta=false")).containsOnlyKeys("sku");
		assertThat(membersOfARequest("ductworks.parent.orders.json-rpc.meta=true")).containsOnlyKeys("sku", "_meta");
	}

	private Map<String, Object> membersOfARequest(String setting) {
		Map<String, Object> members = new ConcurrentHashMap<>();
		this.runner.withPropertyValues(setting).run((context) -> {
			MessageDuctParent parent = context.getBean(MessageDuctParent.class);
			try (MessageDuctChild child = Peers.childOf(parent,
					(settings) -> settings.protocol(Protocol.JSON_RPC)
						.rpcMeta(false)
						.handler(DuctHandler.answering((from, message) -> message.as(Map.class))))) {
				Peers.eventually().until(() -> child.isConnected() && parent.isConnected());
				parent
					.<Map<String, Object>>request("look", Map.of("sku", "nail"), (Type) Map.class,
							parent.requestTimeout())
					.forEach(members::put);
			}
		});
		return members;
	}

	@Test
	void maxHandlersWhenSetThenSoManyMessagesAreHandledAtATime() {
		CountDownLatch gate = new CountDownLatch(1);
		AtomicInteger began = new AtomicInteger();
		handledBy(DuctHandler.answering((from, message) -> {
			began.incrementAndGet();
			return gate.await(10, TimeUnit.SECONDS);
		})).withPropertyValues("ductworks.parent.orders.max-handlers=2").run((context) -> {
			try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
				List<CompletableFuture<Boolean>> answers = Stream.of(1, 2, 3, 4)
					.map((number) -> child.requestAsync("work", number, Boolean.class))
					.toList();
				Peers.eventually().until(() -> began.get() == 2);
				assertThat(answers).noneMatch(CompletableFuture::isDone);
				gate.countDown();
				answers.forEach((answer) -> assertThat(answer).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true));
			}
		});
	}

	@Test
	void handlerTimeoutWhenItPassesThenRequesterIsTold() {
		CountDownLatch gate = new CountDownLatch(1);
		handledBy(DuctHandler.answering((from, message) -> gate.await(10, TimeUnit.SECONDS)))
			.withPropertyValues("ductworks.parent.orders.handler-timeout=100ms")
			.run((context) -> {
				try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
					assertThatExceptionOfType(RemoteHandlerException.class)
						.isThrownBy(() -> child.request("work", 1, Boolean.class))
						.withMessageContaining("longer than its time-out of 100 ms");
				}
				finally {
					gate.countDown();
				}
			});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void threadsWhenTheApplicationsAreVirtualThenThoseOfHandlersAreToo() {
		handledBy(DuctHandler
			.answering((from, message) -> Thread.class.getMethod("isVirtual").invoke(Thread.currentThread())))
			.withPropertyValues("spring.threads.virtual.enabled=true")
			.run((context) -> {
				try (MessageDuctChild child = Peers.rpcChildOf(context, "orders")) {
					assertThat(child.request("look", null, Boolean.class)).isTrue();
				}
			});
	}

}
