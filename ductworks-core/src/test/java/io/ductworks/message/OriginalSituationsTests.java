package io.ductworks.message;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.DuctworksException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The situations of the original's own integration tests.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class OriginalSituationsTests {

	private static final List<Object> HELLO = List.of("hello world", 42);

	@Test
	void pseudoAnonymousWhenMessageIsBouncedThenFileIsGoneAfterwards() {
		MessageDuctParent parent = MessageDuctParent.pseudoAnonymous();
		parent.bind();
		DuctAddress.Unix address = (DuctAddress.Unix) parent.listenerAddress();
		assertThat(Files.exists(address.path())).isTrue();
		bounce(parent, MessageDuctChild.pseudoAnonymous(address));

		assertThat(Files.exists(address.path())).isFalse();
		assertThat(Files.exists(address.path().getParent())).isFalse();
	}

	@Test
	void pseudoAnonymousTcpWhenMessageIsBouncedThenBothEndsHaveIt() {
		MessageDuctParent parent = MessageDuctParent.pseudoAnonymousTcp();
		parent.bind();
		DuctAddress.Tcp address = (DuctAddress.Tcp) parent.listenerAddress();
		bounce(parent, MessageDuctChild.pseudoAnonymousTcp(address.host(), address.port()));
	}

	private static void bounce(MessageDuctParent parent, MessageDuctChild child) {
		try (parent; child) {
			child.connect();
			assertThat(parent.listen(DuctFixture.SOON)).isTrue();
			parent.send(HELLO);
			assertThat(child.poll(DuctFixture.SOON)).isTrue();
			child.send(child.recv());

			assertThat(parent.poll(DuctFixture.SOON)).isTrue();
			assertThat(parent.recv()).isEqualTo(HELLO);
		}
	}

	@Test
	void bigMessageWhenSentThenReceivedWhole() {
		List<Object> big = big('a', 5);
		try (DuctPair pair = DuctPair.create()) {
			pair.child().send(big);

			assertThat(pair.parent().recv().equals(big)).isTrue();
			assertThat(pair.parent().statistics().bytesReceived()).isBetween(1_200_000L, 2_400_000L);
		}
	}

	@Test
	void writersWhenFourSendBigMessagesWithLockThenEachArrivesWhole() throws Exception {
		Lock lock = new ReentrantLock();
		try (DuctPair pair = DuctPair.create((parent) -> parent, (child) -> child.lock(lock))) {
			List<List<Object>> messages = IntStream.range(0, 4).mapToObj((i) -> big((char) ('a' + i), 3)).toList();
			List<Caller<Void>> writers = messages.stream()
				.map((message) -> Caller
					.running(() -> IntStream.range(0, 25).forEach((i) -> pair.child().send(message))))
				.toList();

			int[] received = new int[4];
			for (int i = 0; i < 100; i++) {
				Object message = pair.parent().recv();
				int writer = messages.indexOf(message);
				assertThat(writer).as("a message that one of the writers sent").isNotNegative();
				received[writer]++;
			}
			for (Caller<Void> writer : writers) {
				writer.result();
			}
			assertThat(received).containsOnly(25);
		}
	}

	private static List<Object> big(char filling, int strings) {
		List<Object> message = new ArrayList<>();
		for (int i = 0; i < strings; i++) {
			message.add(String.valueOf(filling).repeat(393_216));
			message.add(i);
		}
		return message;
	}

	@Test
	void closeWhenOtherEndIsUsedInAnotherThreadThenThatOneSeesTheEnd() {
		try (DuctPair pair = DuctPair.create()) {
			Caller<Void> user = Caller.running(() -> {
				while (true) {
					pair.parent().send("ping");
					pair.parent().recv();
				}
			});
			for (int i = 0; i < 100; i++) {
				pair.child().send(pair.child().recv());
			}
			pair.child().close();

			assertThat(user.failure()).isInstanceOf(RemoteDuctClosedException.class);
		}
	}

	@Test
	void remoteCloseWhenReceivingThenEndAndSendFailsToo() {
		try (DuctPair pair = DuctPair.create()) {
			pair.child().close();

			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(pair.parent()::recv)
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.PEER_CLOSED));
			assertThatExceptionOfType(DuctworksException.class).isThrownBy(() -> pair.parent().send("late"));
		}
	}

	@Test
	void throughputWhenUnicodeMessagesAreBigThenReported(TestReporter reporter) throws Exception {
		String text = "Grüße 🚀 日本語 ".repeat(15_000);
		try (DuctPair pair = DuctPair.create()) {
			long started = System.nanoTime();
			Caller<Void> sender = Caller.running(() -> IntStream.range(0, 250).forEach((i) -> pair.child().send(text)));
			for (int i = 0; i < 250; i++) {
				assertThat(text.equals(pair.parent().recv())).isTrue();
			}
			sender.result();
			long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
			long bytes = pair.parent().statistics().bytesReceived();
			reporter.publishEntry("250 big unicode messages",
					bytes + " bytes in " + millis + " ms, " + bytes / 1000 / Math.max(1, millis) + " MB/s");
		}
	}

}
