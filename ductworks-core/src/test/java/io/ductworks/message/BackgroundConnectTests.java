package io.ductworks.message;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.ductworks.AlreadyConnectedException;
import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.CommunicationFaultException;
import io.ductworks.NotConnectedException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.TakenLog;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * A child that keeps itself connected.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class BackgroundConnectTests implements DuctFixture {

	private static final Backoff QUICK = new Backoff(Duration.ofMillis(5), 2, Duration.ofMillis(20));

	private static final Backoff SLOW = new Backoff(Duration.ofDays(1), 1, Duration.ofDays(1));

	private final DuctAddress address = DuctAddress.Unix.pseudoAnonymous();

	private TakenLog log;

	@BeforeEach
	void takeLog() {
		this.log = new TakenLog();
	}

	@AfterEach
	void giveLogBack() {
		this.log.close();
	}

	@Override
	public DuctAddress address() {
		return this.address;
	}

	private MessageDuctChild child(Backoff backoff) {
		return MessageDuctChild.builder()
			.name("shop")
			.address(this.address)
			.timeout(Duration.ofSeconds(10))
			.reconnect(backoff)
			.build();
	}

	private static long connectThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("duct-shop-connect"))
			.count();
	}

	@Test
	void connectInBackgroundWhenTheParentListensThenIsConnectedInAMoment() {
		try (MessageDuctParent parent = bound(); MessageDuctChild child = child(QUICK)) {
			child.connectInBackground();

			assertThat(child.awaitConnected(SOON)).isTrue();
			child.send(1);
			assertThat(parent.listen(SOON)).isTrue();
			assertThat(parent.recv()).isEqualTo(1);
		}
	}

	@Test
	void connectInBackgroundWhenTheParentComesLaterThenIsConnectedThen() {
		try (MessageDuctChild child = child(QUICK)) {
			child.connectInBackground();
			Awaiting.soon().until(() -> child.statistics().connectsFailed() > 2);
			assertThat(child.isConnected()).isFalse();
			try (MessageDuctParent parent = bound()) {
				assertThat(child.awaitConnected(SOON)).isTrue();
				assertThat(parent.listen(SOON)).isTrue();
			}
		}
	}

	@Test
	void connectInBackgroundWhenTheParentIsThereAgainThenIsConnectedAgain() {
		try (MessageDuctParent parent = bound(); MessageDuctChild child = child(QUICK)) {
			child.connectInBackground();
			for (int times = 1; times <= 3; times++) {
				int expected = times;
				Awaiting.soon().until(() -> child.statistics().connectsSucceeded() == expected && child.isConnected());
				assertThat(parent.listen(SOON)).isTrue();
				parent.close();
				Awaiting.soon().until(() -> !child.isConnected());
				parent.bind();
			}
			assertThat(child.awaitConnected(SOON)).isTrue();
			child.send("back");
			assertThat(parent.listen(SOON)).isTrue();
			assertThat(parent.recv()).isEqualTo("back");
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void connectWhenBuiltWithReconnectThenIsConnectedAgainToo(boolean once) {
		try (MessageDuctParent parent = bound(); MessageDuctChild child = child(QUICK)) {
			if (once) {
				child.connectOnce();
			}
			else {
				child.connect();
			}
			assertThat(parent.listen(SOON)).isTrue();
			parent.close();
			Awaiting.soon().until(() -> !child.isConnected());
			parent.bind();

			assertThat(child.awaitConnected(SOON)).isTrue();
		}
	}

	@Test
	void connectWhenConnectedInTheBackgroundThenRefusedAndTheConnectionStays() {
		try (MessageDuctParent parent = bound(); MessageDuctChild child = child(QUICK)) {
			child.connectInBackground();
			assertThat(child.awaitConnected(SOON)).isTrue();

			assertThatExceptionOfType(AlreadyConnectedException.class).isThrownBy(child::connect);
			assertThat(child.isConnected()).isTrue();
			assertThat(parent.listen(SOON)).isTrue();
		}
	}

	@Test
	void connectWhenItFailsWhileConnectedInTheBackgroundThenThatGoesOn() {
		try (MessageDuctChild child = MessageDuctChild.builder()
			.address(this.address)
			.connectTimeout(Duration.ofMillis(100))
			.reconnect(QUICK)
			.build()) {
			child.connectInBackground();
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connect);
			try (MessageDuctParent parent = bound()) {
				assertThat(child.awaitConnected(SOON)).isTrue();
				assertThat(parent.listen(SOON)).isTrue();
			}
		}
	}

	@Test
	void connectWhenItFailsAndNothingGoesOnInTheBackgroundThenTheChildIsClosed() {
		try (MessageDuctChild child = MessageDuctChild.builder()
			.address(this.address)
			.connectTimeout(Duration.ofMillis(100))
			.reconnect(QUICK)
			.build()) {
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connect);

			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.send(1))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.LOCAL_SHUTDOWN));
			assertThat(connectThreads()).isZero();
		}
	}

	@Test
	void connectInBackgroundWhenTheConnectionIsClosedByThisSideThenIsConnectedAgain() {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN));
				MessageDuctChild child = child(QUICK)) {
			child.connectInBackground();
			assertThat(child.awaitConnected(SOON)).isTrue();
			MessageDuct first = child.connections().get(0);
			first.close();

			Awaiting.soon().until(() -> child.isConnected() && child.connections().get(0) != first);
			assertThat(parent.isListening()).isTrue();
		}
	}

	@Test
	void connectInBackgroundWhenUnderWayThenASecondCallDoesNothing() {
		try (MessageDuctParent parent = bound(); MessageDuctChild child = child(QUICK)) {
			child.connectInBackground();
			child.connectInBackground();
			assertThat(child.awaitConnected(SOON)).isTrue();
			child.connectInBackground();

			assertThat(connectThreads()).isEqualTo(1);
			assertThat(child.statistics().connectsSucceeded()).isEqualTo(1);
			assertThat(parent.listen(SOON)).isTrue();
		}
	}

	@Test
	void connectInBackgroundWhenBuiltWithoutReconnectThenIllegalStateAndNotOpen() {
		MessageDuctChild child = MessageDuctChild.pseudoAnonymous(this.address);

		assertThatIllegalStateException().isThrownBy(child::connectInBackground)
			.withMessageContaining("reconnect(...)");
		assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> child.send(1))
			.satisfies((ex) -> assertThat(ex.reason()).isNull());
	}

	@Test
	void closeWhenAPauseIsUnderWayThenEndsItAtOnceAndForGood() throws Exception {
		MessageDuctChild child = child(SLOW);
		child.connectInBackground();
		Awaiting.soon().until(() -> child.statistics().connectsFailed() == 1);
		Caller.running(child::close).result(SOON);

		assertThat(connectThreads()).isZero();
		try (MessageDuctParent parent = bound()) {
			assertThat(child.awaitConnected(Duration.ofMillis(100))).isFalse();
			assertThat(parent.statistics().connectionsOpened()).isZero();
		}
	}

	@Test
	void closeWhenConnectedThenIsNotConnectedAgain() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN))) {
			MessageDuctChild child = child(QUICK);
			child.connectInBackground();
			assertThat(child.awaitConnected(SOON)).isTrue();
			Caller.running(child::close).result(SOON);

			assertThat(connectThreads()).isZero();
			assertThat(child.awaitConnected(Duration.ofMillis(100))).isFalse();
			assertThat(child.statistics().connectsSucceeded()).isEqualTo(1);
			assertThat(parent.isListening()).isTrue();
		}
	}

	@Test
	void closeWhenAnAttemptWaitsForTheParentThenEndsItAtOnce() throws Exception {
		// The system completes no more connections than the backlog has room for.
		try (ServerSocketChannel full = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0), 1);
				FullBacklog backlog = FullBacklog.of(full)) {
			MessageDuctChild child = MessageDuctChild.builder()
				.name("shop")
				.address(DuctAddress.parse("tcp://127.0.0.1:" + full.socket().getLocalPort()))
				.timeout(Duration.ofMinutes(1))
				.reconnect(QUICK)
				.build();
			child.connectInBackground();
			Awaiting.soon().until(() -> connectThreads() == 1 && isSelecting());
			Caller.running(child::close).result(SOON);

			assertThat(connectThreads()).isZero();
			assertThat(backlog).isNotNull();
		}
	}

	private static boolean isSelecting() {
		return Thread.getAllStackTraces()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().getName().equals("duct-shop-connect"))
			.flatMap((entry) -> Arrays.stream(entry.getValue()))
			.anyMatch((frame) -> frame.getMethodName().equals("lockAndDoSelect"));
	}

	/** Connections that nobody accepts. */
	private record FullBacklog(List<SocketChannel> sockets) implements AutoCloseable {

		static FullBacklog of(ServerSocketChannel server) throws IOException {
			List<SocketChannel> sockets = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				SocketChannel socket = SocketChannel.open();
				socket.configureBlocking(false);
				socket.connect(server.getLocalAddress());
				sockets.add(socket);
			}
			return new FullBacklog(sockets);
		}

		@Override
		public void close() throws IOException {
			for (SocketChannel socket : this.sockets) {
				socket.close();
			}
		}

	}

	@Test
	void connectInBackgroundWhenClosedBeforeThenWorksAgain() {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.AGAIN));
				MessageDuctChild child = child(QUICK)) {
			for (int times = 1; times <= 3; times++) {
				child.connectInBackground();
				assertThat(child.awaitConnected(SOON)).isTrue();
				assertThat(child.statistics().connectsSucceeded()).isEqualTo(times);
				child.close();
				Awaiting.soon().until(() -> !parent.isConnected());
			}
		}
	}

	@Test
	void whenClosedWhenConnectionsComeAndGoThenNotBeforeTheChildIsClosed() throws Exception {
		MessageDuctChild child = child(QUICK);
		try (MessageDuctParent parent = bound()) {
			child.connectInBackground();
			assertThat(child.awaitConnected(SOON)).isTrue();
			assertThat(parent.listen(SOON)).isTrue();
		}
		Awaiting.soon().until(() -> !child.isConnected());
		assertThat(child.whenClosed().toCompletableFuture()).isNotDone();
		child.close();
		assertThat(child.whenClosed().toCompletableFuture().get(10, TimeUnit.SECONDS))
			.isEqualTo(CloseReason.LOCAL_SHUTDOWN);
	}

	@Test
	void sendWhenChildWaitsAndTheParentComesThenGoesOut() throws Exception {
		try (MessageDuctChild child = MessageDuctChild.builder()
			.address(this.address)
			.timeout(Duration.ofSeconds(20))
			.whenDisconnected(WhenDisconnected.WAIT)
			.reconnect(QUICK)
			.build()) {
			child.connectInBackground();
			Caller<Void> sending = Caller.running(() -> child.send("patience")).awaitWaiting();
			assertThat(sending.isDone()).isFalse();
			try (MessageDuctParent parent = bound()) {
				sending.result();
				assertThat(parent.listen(SOON)).isTrue();
				assertThat(parent.recv()).isEqualTo("patience");
			}
		}
	}

	@Test
	void logWhenNobodyListensThenWarnsAtTheBeginningOnly() {
		try (MessageDuctChild child = child(QUICK)) {
			child.connectInBackground();
			Awaiting.soon().until(() -> child.statistics().connectsFailed() > 5);

			assertThat(this.log.warnings("Duct 'shop': cannot connect to " + this.address)).hasSizeBetween(1, 2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\t" })
	void nameWhenBlankThenRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> MessageDuctChild.builder().name(name));
		assertThatIllegalArgumentException().isThrownBy(() -> MessageDuctParent.builder().name(name));
	}

}
