package io.ductworks.message;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.ductworks.Awaiting;
import io.ductworks.DuctProblemException;
import io.ductworks.Gate;
import io.ductworks.NothingLeftBehind;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code docs/json-rpc.md} shows is so.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class JsonRpcPageTests {

	private static final Path PAGE = Path.of("").toAbsolutePath().resolveSibling("docs").resolve("json-rpc.md");

	private static final String ANSWERED = "json-rpc";

	private static final String BUSY = "json-rpc busy";

	private static final AtomicInteger placed = new AtomicInteger();

	private static final ConcurrentLinkedQueue<Price> prices = new ConcurrentLinkedQueue<>();

	record Order(String customer, List<String> items) {
	}

	record Receipt(String number, int pieces) {
	}

	record Price(String sku, int cents) {
	}

	@BeforeEach
	void nothingPlaced() {
		placed.set(0);
		prices.clear();
	}

	private static Receipt place(Order order) {
		int pieces = order.items().size();
		return new Receipt("P-" + placed.incrementAndGet(), pieces);
	}

	private static MessageDuctParent orders(DuctAddress address) {
		return MessageDuctParent.builder()
			.name("orders")
			.address(address)
			.accept(Accept.MANY)
			.protocol(Protocol.JSON_RPC)
			.handler(DuctHandler.answering((from, message) -> switch (String.valueOf(message.method())) {
				case "order.place" -> place(message.as(Order.class));
				case "order.count" -> placed.get();
				case "price.changed" -> prices.add(message.as(Price.class));
				default -> throw new DuctProblemException(404, "No such method");
			}))
			.build();
	}

	@Test
	void methodsWhenCalledThenAnswer() {
		try (MessageDuctParent parent = orders(DuctAddress.Unix.pseudoAnonymous())) {
			parent.bind();
			try (MessageDuctChild shop = MessageDuctChild.builder()
				.address(parent.listenerAddress())
				.protocol(Protocol.JSON_RPC)
				.build()) {
				shop.connect();
				Receipt receipt = shop.request("order.place", new Order("ada", List.of("nail")), Receipt.class);
				CompletableFuture<Integer> count = shop.requestAsync("order.count", null, Integer.class);
				shop.send("price.changed", new Price("nail", 5));

				assertThat(receipt).isEqualTo(new Receipt("P-1", 1));
				assertThat(count.join()).isEqualTo(1);
				Awaiting.soon().until(() -> prices.contains(new Price("nail", 5)));
			}
		}
	}

	private static MessageDuctChild traced(DuctAddress address, String traceparent, Collection<String> ended) {
		return MessageDuctChild.builder().address(address).protocol(Protocol.JSON_RPC).outgoingObserver((message) -> {
			message.context("traceparent", traceparent);
			return (outcome, failure) -> ended.add(message.method() + " " + outcome.tag());
		}).build();
	}

	@Test
	void callsWhenTheyAreObservedThenCarryTheTraceAndTheirEndIsTold() {
		ConcurrentLinkedQueue<String> ended = new ConcurrentLinkedQueue<>();
		try (MessageDuctParent parent = MessageDuctParent.builder()
			.protocol(Protocol.JSON_RPC)
			.handler(DuctHandler.answering((from, message) -> message.context("traceparent")))
			.build()) {
			parent.bind();
			try (MessageDuctChild shop = traced(parent.listenerAddress(), "00-trace", ended)) {
				shop.connect();
				assertThat(shop.request("order.place", new Order("ada", List.of()), String.class))
					.isEqualTo("00-trace");
				assertThat(ended).containsExactly("order.place success");
			}
		}
	}

	@Test
	void transcriptsWhenReplayedThenAreWhatIsAnswered() throws IOException {
		List<String> lines = transcripts(ANSWERED);
		assertThat(lines).hasSizeGreaterThan(15);
		try (MessageDuctParent parent = orders(DuctAddress.Unix.pseudoAnonymous())) {
			parent.bind();
			try (DuctPeer client = Peers.connect(parent.listenerAddress())) {
				lines.forEach((line) -> replay(client, line));
			}
		}
	}

	private static void replay(DuctPeer client, String line) {
		String json = line.substring("--> ".length());
		if (line.startsWith("--> ")) {
			client.send(json);
		}
		else {
			assertThat(line).startsWith("<-- ");
			assertThat(client.receive()).isEqualTo(json);
		}
	}

	@Test
	void transcriptWhenTheHandlerIsBusyThenIsWhatIsAnswered() throws IOException {
		List<String> lines = transcripts(BUSY);
		assertThat(lines).hasSizeGreaterThan(5);
		try (Gate gate = new Gate();
				MessageDuctParent parent = MessageDuctParent.builder()
					.protocol(Protocol.JSON_RPC)
					.concurrency(1)
					.maxWaiting(2, 1024 * 1024)
					.handler(DuctHandler.answering((from, message) -> {
						gate.pass();
						return placed.incrementAndGet();
					}))
					.build()) {
			parent.bind();
			try (DuctPeer client = Peers.connect(parent.listenerAddress())) {
				long began = System.nanoTime();
				for (String line : lines) {
					if (line.contains("\"result\"")) {
						// Until the request with a timeout of one millisecond has
						// expired.
						Awaiting.soon().until(() -> System.nanoTime() - began > Duration.ofMillis(20).toNanos());
						gate.open();
					}
					replay(client, line);
				}
			}
		}
	}

	private static List<String> transcripts(String language) throws IOException {
		List<String> lines = new ArrayList<>();
		Matcher transcripts = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
			.matcher(Files.readString(PAGE));
		while (transcripts.find()) {
			transcripts.group(1).lines().forEach(lines::add);
		}
		return lines;
	}

}
