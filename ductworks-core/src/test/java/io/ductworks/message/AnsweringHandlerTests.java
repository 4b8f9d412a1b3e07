package io.ductworks.message;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.Awaiting;
import io.ductworks.CloseReason;
import io.ductworks.DuctProblemException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.TakenLog;
import io.ductworks.message.DuctHandler.Answering;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Each message is answered, be it with a failure.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class AnsweringHandlerTests implements DuctFixture {

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private DuctPair answeredBy(Answering answering) {
		return pair((parent) -> parent.handler(DuctHandler.answering(answering)), (child) -> child);
	}

	/**
	 * Answers what it is told to fail with, and then goes on.
	 */
	private RemoteHandlerException failure(Answering answering) {
		AtomicInteger calls = new AtomicInteger();
		RemoteHandlerException[] failure = { null };
		try (TakenLog log = new TakenLog();
				DuctPair pair = answeredBy(
						(from, message) -> (calls.getAndIncrement() == 0) ? answering.answer(from, message) : "next")) {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.child().request("text", String.class))
				.satisfies((ex) -> failure[0] = ex);
			assertThat(pair.child().request("text", String.class)).isEqualTo("next");
			Awaiting.soon().until(() -> log.warnings("the handler failed").size() == 1);
		}
		return failure[0];
	}

	@Test
	void resultWhenReturnedThenIsTheAnswer() {
		try (DuctPair pair = answeredBy((from, message) -> message.as(Integer.class) * 2)) {
			assertThat(pair.child().request(21, Integer.class)).isEqualTo(42);
		}
	}

	@Test
	void resultWhenNullThenIsTheAnswerToo() {
		try (DuctPair pair = answeredBy((from, message) -> null)) {
			assertThat(pair.child().request(1, Object.class)).isNull();
			assertThat(pair.child().request(2, Object.class)).isNull();
		}
	}

	@Test
	void resultWhenTheMessageWasRepliedToThenIsNotSent() {
		try (DuctPair pair = answeredBy((from, message) -> {
			message.reply("reply of " + message.as(Integer.class));
			return "result";
		})) {
			assertThat(pair.child().request(1, String.class)).isEqualTo("reply of 1");
			assertThat(pair.child().request(2, String.class)).isEqualTo("reply of 2");
		}
	}

	@Test
	void resultWhenTheHandlerFailsAfterItsReplyThenTheReplyIsTheOnlyAnswer() {
		try (TakenLog log = new TakenLog(); DuctPair pair = answeredBy((from, message) -> {
			message.reply("reply of " + message.as(Integer.class));
			throw new IOException("failed, says the test");
		})) {
			assertThat(pair.child().request(1, String.class)).isEqualTo("reply of 1");
			assertThat(pair.child().request(2, String.class)).isEqualTo("reply of 2");
			Awaiting.soon().until(() -> !log.warnings("the handler failed").isEmpty());
		}
	}

	@Test
	void failureWhenTheHandlerThrowsThenStatus500WithoutWhatItThrew() {
		RemoteHandlerException failure = failure((from, message) -> {
			throw new IOException("a secret");
		});

		assertThat(failure.status()).isEqualTo(500);
		assertThat(failure.title()).isEqualTo("The listener failed");
		assertThat(failure.detail()).isNull();
		assertThat(failure.properties()).isEmpty();
		assertThat(failure.getMessage()).doesNotContain("secret");
	}

	@Test
	void failureWhenTheHandlerThrowsAnErrorThenStatus500() {
		RemoteHandlerException failure = failure((from, message) -> {
			throw new LinkageError("failed, says the test");
		});

		assertThat(failure.status()).isEqualTo(500);
		assertThat(failure.title()).isEqualTo("The listener failed");
	}

	@Test
	void failureWhenTheHandlerThrowsAProblemThenTheRequesterHasAllOfIt() {
		Map<String, Object> properties = new HashMap<>();
		properties.put("order", 17);
		properties.put("parts", List.of("a", "b"));
		properties.put("none", null);
		RemoteHandlerException failure = failure((from, message) -> {
			throw new DuctProblemException(409, "Sold out", "there is nothing left", properties);
		});

		assertThat(failure.status()).isEqualTo(409);
		assertThat(failure.title()).isEqualTo("Sold out");
		assertThat(failure.detail()).isEqualTo("there is nothing left");
		assertThat(failure.properties()).isEqualTo(properties);
		assertThat(failure.getMessage()).contains("409", "Sold out", "there is nothing left");
	}

	@Test
	void failureWhenTheMessageCannotBeReadThenStatus400() {
		RemoteHandlerException failure = failure((from, message) -> message.as(Integer.class));

		assertThat(failure.status()).isEqualTo(400);
		assertThat(failure.title()).isEqualTo("The message cannot be read");
		assertThat(failure.detail()).isNull();
	}

	@Test
	void failureWhenTheResultCannotBeEncodedThenStatus500() {
		RemoteHandlerException failure = failure((from, message) -> new MessageContract.Unencodable());

		assertThat(failure.status()).isEqualTo(500);
		assertThat(failure.title()).isEqualTo("The reply cannot be sent");
	}

	@Test
	void failureWhenTheResultIsTooLargeThenStatus500() {
		try (TakenLog log = new TakenLog();
				DuctPair pair = pair(
						(parent) -> parent.maxFrameSize(200)
							.handler(DuctHandler.answering((from, message) -> "x".repeat(message.as(Integer.class)))),
						(child) -> child)) {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.child().request(1000, String.class))
				.satisfies((ex) -> assertThat(ex.title()).isEqualTo("The reply cannot be sent"));
			assertThat(pair.child().request(3, String.class)).isEqualTo("xxx");
			Awaiting.soon().until(() -> log.warnings("the handler failed").size() == 1);
		}
	}

	@Test
	void answerWhenThereIsNoRoomForItThenTheConnectionEnds() throws Exception {
		try (TakenLog log = new TakenLog();
				MessageDuctParent parent = bound((builder) -> builder.sendTimeout(SHORT)
					.handler(DuctHandler.answering((from, message) -> CHUNK)));
				DuctPeer peer = Peers.of(parent)) {
			byte[] requests = new byte[0];
			for (int i = 0; i < 200; i++) {
				requests = Peers.concat(requests, DuctPeer.frame("1"));
			}
			peer.sendRaw(requests);

			Awaiting.soon().until(() -> !parent.isConnected());
			assertThat(parent.statistics().connectionsClosed(CloseReason.LOCAL_SHUTDOWN)
					+ parent.statistics().connectionsClosed(CloseReason.SEND_TIMEOUT))
				.isEqualTo(1);
			Awaiting.soon().until(() -> !log.warnings("the handler failed").isEmpty());
		}
	}

	@Test
	void answerWhenItsHandlerClosesTheConnectionThenTheRequesterIsToldOfTheEnd() {
		try (TakenLog log = new TakenLog(); DuctPair pair = answeredBy((from, message) -> {
			from.close();
			return "too late";
		})) {
			assertThatExceptionOfType(RemoteDuctClosedException.class)
				.isThrownBy(() -> pair.child().request(1, String.class));
			Awaiting.soon().until(() -> !log.warnings("the handler failed").isEmpty());
		}
	}

	@Test
	void answersWhenManyAreAskedForThenEachRequestHasItsOwn() {
		try (DuctPair pair = answeredBy((from, message) -> message.as(Integer.class))) {
			List<CompletableFuture<Integer>> futures = new ArrayList<>();
			for (int i = 0; i < 500; i++) {
				futures.add(pair.child().requestAsync(i, Integer.class));
			}
			for (int i = 0; i < 500; i++) {
				assertThat(futures.get(i).join()).isEqualTo(i);
			}
		}
	}

}
