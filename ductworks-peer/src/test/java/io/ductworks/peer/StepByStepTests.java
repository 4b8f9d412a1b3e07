package io.ductworks.peer;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(60)
class StepByStepTests implements NothingLeft {

	private static final Duration SHORT = Duration.ofMillis(100);

	@Test
	void peersWhenTheySendThenTheOtherReceivesTheMessages() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			child.send("{\"sku\":\"nail\"}");
			assertThat(parent.receive()).isEqualTo("{\"sku\":\"nail\"}");
			parent.send("");
			parent.send(new byte[] { 1, 2 });
			parent.reply("\"ä\"");
			assertThat(child.receive()).isEmpty();
			assertThat(child.receiveBytes()).containsExactly(1, 2);
			assertThat(child.receive()).isEqualTo("\"ä\"");
		}
	}

	@Test
	void messageWhenItIsSentThenHasTheBytesOfTheWire() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			child.send("\"hello!\"");
			child.sendHex("54 00000004 6e756c6c");

			assertThat(parent.receiveRaw(13)).asHexString().isEqualTo("54000000082268656C6C6F2122");
			assertThat(parent.receive()).isEqualTo("null");
		}
	}

	@Test
	void messageWhenItIsLongThenComesWhole() {
		String text = "x".repeat(3_000_000);
		try (DuctPeer parent = DuctPeer.listen((connection) -> connection.send(text));
				DuctPeer child = DuctPeer.connect(parent.address())) {
			assertThat(child.receive()).isEqualTo(text);
			parent.verify();
		}
	}

	@Test
	void failureWhenItIsSentThenIsTheOneOfBare() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			parent.sendFailure(500, "no \"stock\" \\ \n");

			child.expect("{\"ductworks:error\": {\"status\": 500, \"title\": \"no \\\"stock\\\" \\\\ \\u000a\"}}");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "localhost", "[::1]" })
	void peerWhenItListensAtPortZeroThenTellsTheRealOne(String host) {
		try (DuctPeer parent = DuctPeer.listen("tcp://" + host + ":0");
				DuctPeer child = DuctPeer.connect(parent.address())) {
			assertThat(parent.address()).startsWith("tcp://" + host + ":").doesNotEndWith(":0");
			child.send("1");
			parent.expect("1");
		}
	}

	@Test
	void parentWhenSeveralConnectThenHasEachByItsNumber() {
		try (DuctPeer parent = DuctPeer.listen();
				DuctPeer one = DuctPeer.connect(parent.address());
				DuctPeer two = DuctPeer.connect(parent.address())) {
			two.send("2");
			one.send("1");

			parent.connection(2).expect("2");
			parent.expect("1");
			assertThat(parent.connection(2).number()).isEqualTo(2);
			assertThat(parent.number()).isEqualTo(1);
		}
	}

	@Test
	void expectWhenOnlyWhiteSpaceDiffersThenTakesTheMessage() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			child.send("{ \"a\" :\n[1,\t2] }");
			parent.expect("{\"a\": [1, 2]}");
		}
	}

	@Test
	void expectWhenAnotherMessageComesThenSaysWhatWasExpectedAndWhatCame() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			child.send("{\"customer\":\"bob\"}");
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> parent.expect("{\"customer\":\"ada\"}"))
				.withMessage("connection 1, step 1, expect {\"customer\":\"ada\"}: got {\"customer\":\"bob\"}");

			child.send("{\"a\":\"b c\"}");
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> parent.expect("{\"a\":\"bc\"}"));
		}
	}

	@Test
	void expectWhenTheMessageMatchesThenReturnsIt() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			child.send("{\"id\":17}");
			child.send("x".repeat(2000));

			assertThat(parent.expect((text) -> text.contains("17"))).isEqualTo("{\"id\":17}");
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> parent.expect((text) -> text.isEmpty()))
				.withMessageStartingWith("connection 1, step 2, expect a match: got xxx")
				.withMessageEndingWith("xx… (2000 characters)");
		}
	}

	@Test
	void receiveWhenNothingComesInTimeThenFailsAndLaterGoesOn() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> parent.receive(SHORT))
				.withMessage("connection 1, step 1, receive: got nothing within 100 ms");

			child.stall("\"whole\"");
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> parent.receive(SHORT))
				.withMessage("connection 1, step 2, receive: got 11 of 12 bytes of a frame within 100 ms");

			child.sendRaw((byte) '"');
			assertThat(parent.receive()).isEqualTo("\"whole\"");
		}
	}

	@Test
	void receiveWhenTheOtherSideHasEndedThenSaysWhere() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			child.send("1");
			child.sendHeader(100);
			child.close();

			parent.expect("1");
			assertThatExceptionOfType(AssertionError.class).isThrownBy(parent::receive)
				.withMessage("connection 1, step 2, receive: the other side has closed the connection, "
						+ "behind 5 of 105 bytes of a frame");
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> parent.receiveRaw(6))
				.withMessageContaining("behind 5 of 6 bytes");
			assertThat(parent.receiveRest()).hasSize(5);
			assertThatExceptionOfType(AssertionError.class).isThrownBy(parent::receive)
				.withMessageEndingWith("the other side has closed the connection");
		}
	}

	@Test
	void receiveWhenWhatComesIsNoFrameThenShowsIt() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			child.sendBadMagic();

			assertThatExceptionOfType(AssertionError.class).isThrownBy(parent::receive)
				.withMessageEndingWith("got what is no frame: 727562626973680a");
			assertThat(parent.receiveRaw(8)).isEqualTo("rubbish\n".getBytes(StandardCharsets.US_ASCII));
		}
	}

	@Test
	void sendWhenTheOtherSideIsGoneThenFails() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			parent.connection(1);
			parent.close();

			assertThat(child.awaitEnd()).isEqualTo(PeerEnd.CLOSED);
			assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> child.send("1"))
				.withMessageStartingWith("connection 1, step 2, send 1 bytes: the other side has ended the connection");
		}
	}

	@Test
	void callWhenThePeerIsClosedThenSaysSo() {
		try (DuctPeer parent = DuctPeer.listen(); DuctPeer child = DuctPeer.connect(parent.address())) {
			parent.connection(1);
			child.close();
			parent.close();

			assertThatIllegalStateException().isThrownBy(() -> child.send("1")).withMessageContaining("itself");
			assertThatIllegalStateException().isThrownBy(parent::receive).withMessageContaining("itself");
			assertThatIllegalStateException().isThrownBy(() -> parent.connection(2))
				.withMessage("The peer is closed, and has had no connection 2");
			assertThatIllegalStateException().isThrownBy(parent::verify).withMessageContaining("no script");
		}
	}

	@Test
	void connectionWhenItDoesNotComeThenFails() {
		try (DuctPeer parent = DuctPeer.listen().withTimeout(SHORT)) {
			assertThatExceptionOfType(AssertionError.class).isThrownBy(parent::receive)
				.withMessage("No connection 1 has come within 100 ms, only 0");
		}
	}

	@Test
	void connectWhenNobodyListensThenFails(@TempDir Path directory) throws Exception {
		String unix = "unix:" + directory.resolve("nobody.sock");
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> DuctPeer.connect(unix))
			.withMessageStartingWith("The peer cannot connect to " + unix + ": ");
		try (Socket taken = new Socket()) {
			taken.bind(new InetSocketAddress("127.0.0.1", 0));
			assertThatExceptionOfType(UncheckedIOException.class)
				.isThrownBy(() -> DuctPeer.connect("tcp://127.0.0.1:" + taken.getLocalPort()))
				.withMessageContaining("refused");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/tmp/x", "unix:", "tcp://localhost", "tcp://:1", "tcp://localhost:http", "inproc:x" })
	void addressWhenItIsNoneThenSaysWhatToWrite(String address) {
		assertThatIllegalArgumentException().isThrownBy(() -> DuctPeer.connect(address))
			.withMessage("'" + address + "' is no address of a peer; write unix:/path or tcp://host:port");
	}

}
