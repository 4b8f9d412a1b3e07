package io.ductworks.trials;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.DuctworksException;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.message.Accept;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.WhenDisconnected;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Peers that are killed, or stopped and continued, again and again.
 */
@Tag("trials")
@Timeout(900)
class ProcessTrials {

	private static final int ROUNDS = Integer.getInteger("trials.rounds", 200);

	/** Of a process in full flow. */
	private static final int KILLS = Math.max(1, ROUNDS / 10);

	private static final Duration SEND_TIMEOUT = Duration.ofMillis(300);

	@TempDir
	private Path directory;

	private String address(String transport) {
		return transport.equals("unix") ? "unix:" + this.directory.resolve("trial.sock") : Ports.freeAddress();
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void p4ParentWhenKilledThenItsSuccessorIsReachedByTheSameChild(String transport) throws Exception {
		String address = address(transport);
		long[] noticed = new long[ROUNDS];
		long[] back = new long[ROUNDS];
		PeerProcess parent = PeerProcess.parent(address);
		try (MessageDuctChild child = child(address)) {
			child.connect();
			for (int i = 0; i < ROUNDS; i++) {
				assertThat(child.request(i, Integer.class)).isEqualTo(i);
				parent.kill();
				long killed = System.nanoTime();
				soon().until(() -> !child.isConnected());
				noticed[i] = System.nanoTime() - killed;

				parent.close();
				parent = PeerProcess.parent(address);
				long ready = System.nanoTime();
				child.connect();
				assertThat(child.request(-i, Integer.class)).isEqualTo(-i);
				back[i] = System.nanoTime() - ready;
			}
		}
		finally {
			parent.close();
		}
		TrialFigures.note("P4", transport, ROUNDS + " times kill -9 of the parent",
				"noticed after " + TrialFigures.times(noticed)
						+ "; answered by its successor, once that listened, after " + TrialFigures.times(back));
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void p4ChildWhenKilledThenParentKnowsAtOnceAndServesTheNext(String transport) throws Exception {
		long[] noticed = new long[ROUNDS];
		long[] served = new long[ROUNDS];
		try (MessageDuctParent parent = parent(address(transport), Accept.AGAIN)) {
			parent.bind();
			for (int i = 0; i < ROUNDS; i++) {
				try (PeerProcess child = PeerProcess.child(parent.listenerAddress().toString())) {
					long ready = System.nanoTime();
					assertThat(parent.request(i, Integer.class)).isEqualTo(i);
					served[i] = System.nanoTime() - ready;
					child.kill();
					long killed = System.nanoTime();
					soon().until(() -> !parent.isConnected());
					noticed[i] = System.nanoTime() - killed;
				}
			}
		}
		TrialFigures.note("P4", transport, ROUNDS + " times kill -9 of the child",
				"noticed after " + TrialFigures.times(noticed) + "; the next one answered, once connected, after "
						+ TrialFigures.times(served));
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void p4ReceiverWhenKilledThenWhatItSentBackIsWholeAndInOrderAndTheRestIsLost(String transport) throws Exception {
		String address = address(transport);
		long sent = 0;
		long unsent = 0;
		long received = 0;
		for (int i = 0; i < KILLS; i++) {
			try (PeerProcess parent = PeerProcess.parent(address); MessageDuctChild child = child(address)) {
				child.connect();
				Caller<Void> sending = Caller.running(() -> sendUntilTheEnd(child));
				Caller<Integer> receiving = Caller.of(() -> receiveNumbersUntilTheEnd(child));
				soon().until(() -> child.statistics().messagesReceived() > 1000);
				parent.kill();

				received += receiving.result();
				sending.result();
				sent += child.statistics().messagesSent();
				unsent += child.statistics().messagesUnsent();
			}
		}
		TrialFigures.note("P4", transport, KILLS + " times kill -9 of the parent while it is sent to",
				sent + " messages accepted by send, " + received + " came back, in order and none twice; of the "
						+ (sent - received) + " others " + unsent + " are counted as unsent");
		assertThat(unsent).isLessThanOrEqualTo(sent - received);
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void p4SenderWhenKilledThenWhatCameOfItIsWholeAndInOrder(String transport) throws Exception {
		long received = 0;
		Map<CloseReason, Integer> ends = new EnumMap<>(CloseReason.class);
		try (MessageDuctParent parent = parent(address(transport), Accept.AGAIN)) {
			parent.bind();
			for (int i = 0; i < KILLS; i++) {
				try (PeerProcess sender = PeerProcess.launch("sender", parent.listenerAddress().toString()).start()) {
					long before = parent.statistics().messagesReceived();
					Caller<Integer> receiving = Caller.of(() -> receiveNumbersUntilTheEnd(parent));
					soon().until(() -> parent.statistics().messagesReceived() > before + 1000);
					sender.kill();
					received += receiving.result();
				}
			}
			for (CloseReason reason : CloseReason.values()) {
				ends.merge(reason, (int) parent.statistics().connectionsClosed(reason), Integer::sum);
			}
		}
		ends.values().removeIf((count) -> count == 0);
		TrialFigures.note("P4", transport, KILLS + " times kill -9 of a child that sends",
				received + " messages received, in order, none twice and none in part; connections ended: " + ends);
		assertThat(ends.keySet()).isSubsetOf(CloseReason.PEER_CLOSED, CloseReason.PEER_RESET, CloseReason.TRUNCATED);
	}

	private static void sendUntilTheEnd(MessageDuctChild child) {
		try {
			for (int i = 0;; i++) {
				child.send(i);
			}
		}
		catch (DuctworksException ex) {
			// The other side is gone.
		}
	}

	private static int receiveNumbersUntilTheEnd(MessageDuct duct) {
		int received = 0;
		try {
			while (true) {
				assertThat(duct.recv()).isEqualTo(received);
				received++;
			}
		}
		catch (RemoteDuctClosedException ex) {
			return received;
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void p5ChildWhenStoppedThenIsCutOffAndAnotherIsNotHeldUp(String transport) throws Exception {
		long[] beside = new long[ROUNDS];
		long[] cutOff = new long[ROUNDS];
		try (MessageDuctParent parent = parent(address(transport), Accept.MANY);
				MessageDuctParent healthy = parent("inproc:healthy", Accept.AGAIN)) {
			parent.bind();
			healthy.bind();
			try (MessageDuctChild echo = MessageDuctChild.builder()
				.address("inproc:healthy")
				.handler((from, message) -> from.send(message.as(Object.class)))
				.build(); PeerProcess child = PeerProcess.child(parent.listenerAddress().toString())) {
				echo.connect();
				for (int i = 0; i < ROUNDS; i++) {
					soon().until(parent::isConnected);
					long ended = parent.statistics().connectionsClosed(CloseReason.SEND_TIMEOUT);
					child.stop();
					long stopped = System.nanoTime();
					fillUntilRefused(parent);
					long asked = System.nanoTime();
					assertThat(healthy.request(i, Integer.class)).isEqualTo(i);
					beside[i] = System.nanoTime() - asked;
					soon().until(() -> parent.statistics().connectionsClosed(CloseReason.SEND_TIMEOUT) > ended);
					cutOff[i] = System.nanoTime() - stopped;
					child.resume();
				}
			}
		}
		TrialFigures.note("P5", transport, ROUNDS + " times STOP of a child that is sent to, then CONT",
				"cut off after " + TrialFigures.times(cutOff) + " with a send-timeout of " + SEND_TIMEOUT.toMillis()
						+ " ms; a request on another duct took " + TrialFigures.times(beside));
	}

	private static void fillUntilRefused(MessageDuctParent parent) {
		String chunk = "x".repeat(60_000);
		try {
			for (int i = 0; i < 10_000 && parent.isConnected(); i++) {
				parent.send(chunk);
			}
		}
		catch (DuctworksException ex) {
			// No room, or no connection any more.
		}
	}

	private static MessageDuctParent parent(String address, Accept accept) {
		return MessageDuctParent.builder()
			.address(address)
			.accept(accept)
			.sendTimeout(SEND_TIMEOUT)
			.requestTimeout(Duration.ofSeconds(10))
			.whenDisconnected(WhenDisconnected.WAIT)
			.build();
	}

	private static MessageDuctChild child(String address) {
		return MessageDuctChild.builder().address(address).timeout(Duration.ofSeconds(10)).build();
	}

	private static ConditionFactory soon() {
		return Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.atMost(Duration.ofSeconds(20));
	}

}
