package io.ductworks.message;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;

import io.ductworks.Awaiting;
import io.ductworks.CloseReason;
import io.ductworks.NotConnectedException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.TakenLog;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Where the peer of a connection is, and which connections there are.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class RemoteAddressTests implements DuctFixture {

	@Override
	public DuctAddress address() {
		return DuctAddress.parse("tcp://127.0.0.1:0");
	}

	private static MessageDuctChild connected(MessageDuctParent parent) {
		MessageDuctChild child = MessageDuctChild.builder().address(parent.listenerAddress()).timeout(SOON).build();
		child.connect();
		return child;
	}

	private static int port(MessageDuctParent parent) {
		return ((DuctAddress.Tcp) parent.listenerAddress()).port();
	}

	private static int port(SocketAddress address) {
		return ((InetSocketAddress) address).getPort();
	}

	@Test
	void remoteAddressWhenOverTcpThenHostAndPortOfThePeerOnBothSides() {
		try (DuctPair pair = pair()) {
			assertThat(pair.child().remoteAddress()).isEqualTo(new InetSocketAddress("127.0.0.1", port(pair.parent())));
			assertThat(pair.parent().remoteAddress()).isInstanceOfSatisfying(InetSocketAddress.class, (address) -> {
				assertThat(address.getAddress().getHostAddress()).isEqualTo("127.0.0.1");
				assertThat(address.getPort()).isPositive().isNotEqualTo(port(pair.parent()));
			});
		}
	}

	@Test
	void remoteAddressWhenOneOfSeveralChildrenThenEachHasItsOwnAndTheParentNone() {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY));
				MessageDuctChild first = connected(parent);
				MessageDuctChild second = connected(parent)) {
			Awaiting.soon().until(() -> parent.children().size() == 2);

			assertThat(parent.remoteAddress()).isNull();
			assertThat(parent.children()).extracting(MessageDuct::remoteAddress)
				.doesNotContainNull()
				.doesNotHaveDuplicates();
			assertThat(List.of(first, second)).extracting(MessageDuct::remoteAddress)
				.containsOnly(new InetSocketAddress("127.0.0.1", port(parent)));
		}
	}

	@Test
	void remoteAddressWhenOverUnixSocketThenThePathOfTheParentAndNoneOfTheChild() {
		try (DuctPair pair = pair((parent) -> parent.address(DuctAddress.Unix.pseudoAnonymous()), (child) -> child)) {
			DuctAddress.Unix address = (DuctAddress.Unix) pair.parent().listenerAddress();

			assertThat(pair.child().remoteAddress()).isEqualTo(UnixDomainSocketAddress.of(address.path()));
			assertThat(pair.parent().remoteAddress()).isInstanceOfSatisfying(UnixDomainSocketAddress.class,
					(child) -> assertThat(child.getPath().toString()).isEmpty());
		}
	}

	@Test
	void remoteAddressWhenWithinOneProcessThenNone() {
		try (DuctPair pair = pair((parent) -> parent.address("inproc:remote-address"), (child) -> child)) {
			assertThat(pair.child().remoteAddress()).isNull();
			assertThat(pair.parent().remoteAddress()).isNull();
			assertThat(pair.parent().connections().get(0).remoteAddress()).isNull();
		}
	}

	@Test
	void remoteAddressWhenThereIsNoConnectionThenNone() {
		try (MessageDuctParent parent = bound()) {
			assertThat(parent.remoteAddress()).isNull();
			assertThat(MessageDuctChild.pseudoAnonymous(parent.listenerAddress()).remoteAddress()).isNull();
		}
	}

	@Test
	void remoteAddressWhenTheConnectionHasEndedThenItAloneStillKnows() {
		try (DuctPair pair = pair()) {
			MessageDuct connection = pair.parent().children().get(0);
			SocketAddress address = connection.remoteAddress();
			pair.child().close();
			Awaiting.soon().until(() -> !connection.isConnected());

			assertThat(connection.remoteAddress()).isNotNull().isEqualTo(address);
			Awaiting.soon().until(() -> pair.parent().remoteAddress() == null);
			assertThat(pair.child().remoteAddress()).isNull();
		}
	}

	@Test
	void statisticsWhenThereIsAConnectionThenTellWhereItsPeerIs() {
		try (DuctPair pair = pair()) {
			assertThat(pair.parent().statistics().openConnections()).singleElement()
				.satisfies((connection) -> assertThat(connection.remoteAddress())
					.isEqualTo(pair.parent().remoteAddress()));
		}
	}

	@Test
	void textWhenOverTcpThenNamesDuctNumberAndPeer() {
		try (DuctPair pair = pair((parent) -> parent.name("orders"), (child) -> child.name("shop"))) {
			assertThat(pair.parent().connections().get(0))
				.hasToString("Duct 'orders', connection 1 with 127.0.0.1:" + port(pair.parent().remoteAddress()));
			assertThat(pair.child().connections().get(0))
				.hasToString("Duct 'shop', connection 1 with 127.0.0.1:" + port(pair.parent()));
		}
	}

	@Test
	void textWhenThePeerHasNoPortThenNamesDuctAndNumberOnly() {
		try (DuctPair pair = pair((parent) -> parent.name("orders").address(DuctAddress.Unix.pseudoAnonymous()),
				(child) -> child.name("shop"))) {
			assertThat(pair.parent().connections().get(0)).hasToString("Duct 'orders', connection 1");
			assertThat(pair.child().connections().get(0)).hasToString("Duct 'shop', connection 1");
		}
	}

	@Test
	void exceptionWhenTheConnectionHasEndedThenNamesThePeer() {
		try (DuctPair pair = pair((parent) -> parent.name("orders"), (child) -> child)) {
			MessageDuct connection = pair.parent().connections().get(0);
			int port = port(connection.remoteAddress());
			pair.child().close();

			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(connection::recv)
				.withMessageStartingWith("Duct 'orders', connection 1 with 127.0.0.1:" + port + ": ")
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.PEER_CLOSED));
		}
	}

	@Test
	void logWhenAHandlerFailsThenNamesThePeer() {
		try (TakenLog log = new TakenLog();
				DuctPair pair = pair((parent) -> parent.name("orders").handler((from, message) -> {
					throw new IllegalStateException("failed, says the test");
				}), (child) -> child)) {
			int port = port(pair.parent().remoteAddress());
			pair.child().send(1);

			Awaiting.soon()
				.until(() -> log.warnings("Duct 'orders', connection 1 with 127.0.0.1:" + port + ": the handler failed")
					.size() == 1);
		}
	}

	@Test
	void connectionsWhenChildrenComeAndGoThenThoseThatAreThere() {
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY))) {
			assertThat(parent.connections()).isEmpty();
			try (MessageDuctChild first = connected(parent)) {
				Awaiting.soon().until(() -> parent.connections().size() == 1);
				MessageDuct connection = parent.connections().get(0);
				try (MessageDuctChild second = connected(parent)) {
					Awaiting.soon().until(() -> parent.connections().size() == 2);
					assertThat(parent.connections().get(0)).isSameAs(connection);
					assertThat(parent.children()).isEqualTo(parent.connections());
					assertThat(second.isConnected()).isTrue();
				}
				Awaiting.soon().until(() -> parent.connections().size() == 1);
				assertThat(parent.connections()).containsExactly(connection);
				assertThat(first.connections()).hasSize(1);
			}
			Awaiting.soon().until(() -> parent.connections().isEmpty());
		}
	}

	@Test
	void connectionsWhenAskedOfAConnectionThenItselfUntilItEnds() {
		try (DuctPair pair = pair()) {
			MessageDuct connection = pair.child().connections().get(0);
			assertThat(connection.connections()).containsExactly(connection);
			connection.close();

			assertThat(connection.connections()).isEmpty();
			assertThat(pair.child().connections()).isEmpty();
			assertThatExceptionOfType(NotConnectedException.class).isThrownBy(() -> connection.send(1));
		}
	}

	@Test
	void connectionsWhenDuctIsNotOpenThenNone() {
		try (DuctPair pair = pair()) {
			pair.close();

			assertThat(pair.parent().connections()).isEmpty();
			assertThat(pair.child().connections()).isEmpty();
		}
	}

}
