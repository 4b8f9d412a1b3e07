package io.ductworks.message;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.CommunicationFaultException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What can happen to a parent and a child through the file of their socket.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class UnixSocketFaultTests {

	/** Somebody who is neither root nor whoever runs the tests. */
	private static final String STRANGER = "54321";

	@TempDir
	private Path directory;

	private DuctAddress.Unix address() {
		return new DuctAddress.Unix(this.directory.resolve("duct.sock"));
	}

	private MessageDuctParent.Builder parent() {
		return MessageDuctParent.builder().address(address()).timeout(Duration.ofSeconds(10));
	}

	private MessageDuctChild child() {
		return MessageDuctChild.builder().address(address()).timeout(Duration.ofSeconds(10)).build();
	}

	@Test
	void l5FileWhenDeletedUnderARunningParentThenIsPutBackAndConnectionsStay() throws Exception {
		AtomicInteger listening = new AtomicInteger();
		DuctObserver observer = new DuctObserver() {

			@Override
			public void listening(MessageDuct duct, DuctAddress address) {
				listening.incrementAndGet();
			}

		};
		try (MessageDuctParent parent = parent().accept(Accept.MANY).observer(observer).build();
				MessageDuctChild before = child();
				MessageDuctChild after = child()) {
			parent.bind();
			before.connect();
			Files.delete(address().path());

			after.connect();

			before.send("before");
			assertThat(parent.recv()).isEqualTo("before");
			after.send("after");
			assertThat(parent.recv()).isEqualTo("after");
			Awaiting.soon().until(() -> listening.get() == 2);
		}
		assertThat(address().path()).doesNotExist();
	}

	@Test
	void l5FileWhenAChildComesWhileItIsPutBackThenIsNotThereBesideTheOnlyChild() throws Exception {
		int taken = 0;
		for (int round = 0; round < 50; round++) {
			try (MessageDuctParent parent = parent().build()) {
				parent.bind();
				Listening listening = Objects.requireNonNull(parent.listening());
				try (DuctPeer peer = Peers.connect(address())) {
					if (round % 2 == 0) {
						Awaiting.soon().until(listening::hadChild);
					}
					Files.deleteIfExists(address().path());
					listening.putBack();

					if (listening.hadChild()) {
						taken++;
						assertThat(address().path()).as("the file in round %d", round).doesNotExist();
					}
				}
			}
		}
		assertThat(taken).as("rounds in which the child was taken").isPositive();
	}

	@Test
	void l5FileWhenSomethingElseIsInItsPlaceThenThatStaysAndTheParentComesBackAfterIt() throws Exception {
		try (MessageDuctParent parent = parent().accept(Accept.MANY).build(); MessageDuctChild after = child()) {
			parent.bind();
			Files.delete(address().path());
			Files.createDirectory(address().path());
			long looked = System.nanoTime();
			Awaiting.soon().until(() -> System.nanoTime() - looked > Duration.ofSeconds(6).toNanos());
			assertThat(address().path()).isDirectory();

			Files.delete(address().path());
			after.connect();

			after.send("after");
			assertThat(parent.listen(DuctFixture.SOON)).isTrue();
			assertThat(parent.recv()).isEqualTo("after");
		}
	}

	@Test
	void p9ChildWhenTheBacklogIsFullThenTriesAgainUntilThereIsRoom() throws Exception {
		List<SocketChannel> waiting = new ArrayList<>();
		UnixDomainSocketAddress path = UnixDomainSocketAddress.of(address().path());
		try (ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
				MessageDuctChild child = child()) {
			busy.bind(path, 1);
			while (fits(path, waiting)) {
				continue;
			}
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connectOnce)
				.withMessageContaining("the backlog of " + address().path() + " is full");

			Caller<Void> connecting = Caller.running(child::connect);
			Awaiting.soon().until(() -> child.statistics().connectsFailed() > 2);
			busy.accept().close();

			connecting.result();
			assertThat(child.isConnected()).isTrue();
		}
		finally {
			for (SocketChannel channel : waiting) {
				channel.close();
			}
			Files.deleteIfExists(address().path());
		}
	}

	@Test
	void p9ChildrenWhenThreeHundredComeAtOnceThenNoneIsTurnedAway() throws Exception {
		List<SocketChannel> waiting = new ArrayList<>();
		try (MessageDuctParent parent = parent().accept(Accept.MANY).acceptsPerSecond(1).build()) {
			parent.bind();
			UnixDomainSocketAddress path = UnixDomainSocketAddress.of(address().path());
			while (waiting.size() < 300 && fits(path, waiting)) {
				continue;
			}
			assertThat(waiting).hasSize(300).last().satisfies((child) -> assertThat(child.isConnected()).isTrue());
		}
		finally {
			for (SocketChannel channel : waiting) {
				channel.close();
			}
		}
	}

	@Test
	void p9ChildWhenTheBacklogThatWasSetIsFullThenIsTurnedAway() throws Exception {
		List<SocketChannel> waiting = new ArrayList<>();
		try (MessageDuctParent parent = parent().accept(Accept.MANY).acceptsPerSecond(1).backlog(2).build()) {
			parent.bind();
			UnixDomainSocketAddress path = UnixDomainSocketAddress.of(address().path());
			while (waiting.size() < 20 && fits(path, waiting)) {
				continue;
			}
			assertThat(waiting).as("one accepted, few waiting, one turned away").hasSizeLessThan(10);
		}
		finally {
			for (SocketChannel channel : waiting) {
				channel.close();
			}
		}
	}

	private static boolean fits(UnixDomainSocketAddress path, List<SocketChannel> waiting) throws IOException {
		SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
		waiting.add(channel);
		try {
			channel.configureBlocking(false);
			channel.connect(path);
			return true;
		}
		catch (SocketException ex) {
			return false;
		}
	}

	@Test
	void p15ParentWhenItRunsAsSomebodyElseThenChildTellsItNothing() throws Exception {
		try (MessageDuctParent parent = parent().build();
				MessageDuctChild child = MessageDuctChild.builder()
					.address(address())
					.allowedUsers(STRANGER)
					.whenDisconnected(WhenDisconnected.WAIT)
					.build()) {
			parent.bind();

			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connectOnce)
				.withMessageContaining("not to be trusted")
				.withMessageContaining("allowed are the users " + STRANGER);
			assertThat(child.isConnected()).isFalse();
			assertThat(child.statistics().connectsFailed()).isEqualTo(1);
		}
	}

	@Test
	void l20ChildWhenItRunsAsSomebodyElseThenIsRefusedAndTakesNoPlace() throws Exception {
		try (MessageDuctParent parent = parent().accept(Accept.AGAIN).allowedUsers(STRANGER).build()) {
			parent.bind();

			try (DuctPeer peer = Peers.connect(address())) {
				assertThat(peer.receiveRest()).isEmpty();
			}
			assertThat(parent.statistics().connectionsClosed(CloseReason.UNAUTHORISED)).isEqualTo(1);
			assertThat(parent.isConnected()).isFalse();
		}
	}

	@Test
	void l20ChildWhenItsGroupIsAllowedThenMayConnect() throws Exception {
		String group = String.valueOf(Files.getAttribute(Path.of("/proc/self"), "unix:gid"));
		try (MessageDuctParent parent = parent().allowedGroups(group).build(); MessageDuctChild child = child()) {
			parent.bind();
			child.connect();
			child.send("member");

			assertThat(parent.listen(Duration.ofSeconds(10))).isTrue();
			assertThat(parent.recv()).isEqualTo("member");
		}
	}

}
