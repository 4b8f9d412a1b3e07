package io.ductworks.message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.MessageCodecException;
import io.ductworks.MessageProtocolException;
import io.ductworks.codec.MessageCodec;
import io.ductworks.peer.DuctPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Hostile or broken input on one connection of a parent, with a healthy child beside it.
 * Cases that end the connection say why; cases whose frame is fine lose that message
 * only.
 */
interface WireFaultContract extends DuctFixture {

	private MessageDuctParent echoing() {
		return bound((builder) -> builder.accept(Accept.MANY)
			.handler((from, message) -> from.send(message.as(Object.class))));
	}

	/**
	 * Bytes that end a connection, for this reason and for no other.
	 */
	private void assertEnds(CloseReason reason, String... hex) throws IOException {
		try (MessageDuctParent parent = echoing(); MessageDuctChild healthy = childOf(parent)) {
			for (int i = 0; i < hex.length; i++) {
				try (DuctPeer peer = peer(parent.listenerAddress())) {
					peer.sendHex(hex[i]);

					assertThat(peer.receiveRest()).as(hex[i]).isEmpty();
				}
				int ended = i + 1;
				Awaiting.soon().until(() -> parent.statistics().connectionsClosed(reason) == ended);
			}
			assertThat(healthy.request("beside", String.class)).isEqualTo("beside");
		}
	}

	/**
	 * A payload that is refused while its connection goes on.
	 */
	private void assertRefused(byte[] payload) throws IOException {
		try (MessageDuctParent parent = echoing(); DuctPeer peer = peer(parent.listenerAddress())) {
			peer.sendRaw(Peers.concat(new byte[] { 0x54, (byte) (payload.length >>> 24), (byte) (payload.length >>> 16),
					(byte) (payload.length >>> 8), (byte) payload.length }, payload));
			peer.send("\"next\"");

			assertThat(peer.receive()).isEqualTo("\"next\"");
		}
	}

	private void assertRefused(String payload) throws IOException {
		assertRefused(payload.getBytes());
	}

	/**
	 * An answer that begins like the error of a handler, and has to keep the same rules.
	 */
	private void assertErrorRefused(byte[] title) throws IOException {
		byte[] answer = Peers.concat(Peers.concat("{\"ductworks:error\":{\"status\":500,\"title\":".getBytes(), title),
				"}}".getBytes());
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY)
			.codec(MessageCodec.bytes())
			.handler((from, message) -> from.send(answer))); MessageDuctChild child = childOf(parent)) {
			assertThatExceptionOfType(MessageCodecException.class).isThrownBy(() -> child.request(1, Object.class));
			assertThat(child.isConnected()).isTrue();
		}
	}

	private MessageDuctChild childOf(MessageDuctParent parent) {
		MessageDuctChild child = childBuilder().address(parent.listenerAddress()).build();
		child.connect();
		return child;
	}

	@Test
	default void w1LengthWhenAboveTheLimitThenEndsAfterFiveBytes() throws Exception {
		assertEnds(CloseReason.FRAME_TOO_LARGE, "54 00400001", "54 7fffffff");
	}

	@Test
	default void w2LengthWhenItsTopBitIsSetThenIsTooLongAndNotNegative() throws Exception {
		assertEnds(CloseReason.FRAME_TOO_LARGE, "54 80000000", "54 ffffffff");
	}

	@Test
	default void w3FirstBytesWhenOfAnotherProtocolThenEnds() throws Exception {
		assertEnds(CloseReason.BAD_MAGIC, "16 03 01 02 00", "47 45 54 20 2f", "50 4f 53 54 20", "53 53 48 2d 32",
				"2a 31 0d 0a", "41 4d 51 50 00", "50 52 49 20 2a", "00");
	}

	@Test
	default void w4MagicWhenWrongInMidStreamThenEndsAndNothingBehindIsFound() throws Exception {
		try (MessageDuctParent parent = bound(); DuctPeer peer = peerOf(parent)) {
			peer.sendHex("54 00000001 31" + "00" + "54 00000001 32");

			assertThat(parent.recv()).isEqualTo(1);
			assertThatExceptionOfType(MessageProtocolException.class).isThrownBy(parent::recv)
				.withMessageContaining("00 54 00 00 00 01 32");
			assertThat(peer.receiveRest()).isEmpty();
			assertThat(parent.statistics().connectionsClosed(CloseReason.BAD_MAGIC)).isEqualTo(1);
		}
	}

	@Test
	default void w5PayloadWhenEmptyThenIsNoJsonAndConnectionStays() throws Exception {
		assertRefused("");
	}

	@Test
	default void w6StreamWhenItEndsInsideAFrameThenIsTruncatedAndAtItsEdgeThenClosed() throws Exception {
		byte[] frame = DuctPeer.frame("12345");
		try (MessageDuctParent parent = echoing()) {
			for (int cut = 0; cut <= frame.length; cut++) {
				try (DuctPeer peer = peer(parent.listenerAddress())) {
					peer.sendRaw(Arrays.copyOf(frame, cut));
				}
			}

			Awaiting.soon()
				.until(() -> parent.statistics().connectionsClosed(CloseReason.TRUNCATED) == frame.length - 1);
			Awaiting.soon()
				.until(() -> parent.statistics().connectionsClosed(CloseReason.PEER_CLOSED)
						+ parent.statistics().connectionsClosed(CloseReason.PEER_RESET) == 2);
		}
	}

	@Test
	default void w7FramesWhenTheyComeByteByByteThenAreTheSame() throws Exception {
		try (MessageDuctParent parent = echoing(); DuctPeer peer = peer(parent.listenerAddress())) {
			for (byte b : Peers.concat(DuctPeer.frame("\"one\""), DuctPeer.frame("\"two\""))) {
				peer.sendRaw(new byte[] { b });
			}

			assertThat(peer.receive()).isEqualTo("\"one\"");
			assertThat(peer.receive()).isEqualTo("\"two\"");
		}
	}

	@Test
	default void w8FramesWhenAThousandComeInOneWriteThenAllAreHandledInOrder() throws Exception {
		try (MessageDuctParent parent = echoing();
				MessageDuctChild healthy = childOf(parent);
				DuctPeer peer = peer(parent.listenerAddress())) {
			ByteArrayOutputStream thousand = new ByteArrayOutputStream();
			for (int i = 0; i < 1000; i++) {
				thousand.writeBytes(DuctPeer.frame(String.valueOf(i)));
			}
			peer.sendRaw(thousand.toByteArray());

			assertThat(healthy.request("beside", String.class)).isEqualTo("beside");
			for (int i = 0; i < 1000; i++) {
				assertThat(peer.receive()).isEqualTo(String.valueOf(i));
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{", "[1,", "tru", "{\"a\" 1}", "'a'" })
	default void w9JsonWhenBrokenThenIsRefusedAndConnectionStays(String json) throws Exception {
		assertRefused(json);
	}

	@ParameterizedTest
	@ValueSource(strings = { "22c08022", "22ff22", "22eda08022", "efbbbf2222", "feff00310032", "31000000" })
	default void w10BytesWhenNotStrictUtf8ThenAreRefusedAndConnectionStays(String hex) throws Exception {
		assertRefused(HexFormat.of().parseHex(hex));
		assertErrorRefused(HexFormat.of().parseHex(hex));
	}

	@Test
	default void w11JsonWhenNestedTooDeepThenIsRefusedAndConnectionStays() throws Exception {
		assertRefused("[".repeat(501) + "]".repeat(501));
		assertRefused("{\"a\":".repeat(501) + "1" + "}".repeat(501));
		assertRefused("[".repeat(1_000_000));
	}

	@Test
	default void w12NumberWhenTooLongThenIsRefusedAndConnectionStays() throws Exception {
		assertRefused("1".repeat(1001));
		assertRefused("0." + "1".repeat(1001));
	}

	@Test
	default void w13JsonWhenItHasTooManyTokensThenIsRefusedAndConnectionStays() throws Exception {
		String json = "[" + "[],".repeat(200_000) + "1]";
		assertRefused(json);
		assertErrorRefused(json.getBytes());
	}

	@Test
	default void w14JsonWhenASecondValueTrailsThenIsRefusedAndDuplicateKeysThenTheLastCounts() throws Exception {
		assertRefused("1 2");
		try (MessageDuctParent parent = echoing(); DuctPeer peer = peer(parent.listenerAddress())) {
			peer.send("{\"a\":1,\"a\":2}");

			assertThat(peer.receive()).isEqualTo("{\"a\":2}");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "[\"javax.naming.InitialContext\",{}]", "{\"@class\":\"java.net.URL\",\"a\":1}",
			"[\"java.util.ArrayList\",[1]]" })
	default void w15PayloadWhenItNamesAClassThenIsDataLikeAnyOther(String json) throws Exception {
		try (MessageDuctParent parent = echoing(); DuctPeer peer = peer(parent.listenerAddress())) {
			peer.send(json);

			assertThat(peer.receive()).isEqualTo(json);
		}
	}

	@Test
	default void w21FramesWhenOneChildSendsThemWithoutEndThenOthersAreAnswered() throws Exception {
		byte[] flood = new byte[60_000];
		for (int i = 0; i < flood.length; i += 6) {
			System.arraycopy(DuctPeer.frame("1"), 0, flood, i, 6);
		}
		AtomicBoolean done = new AtomicBoolean();
		AtomicLong handled = new AtomicLong();
		try (MessageDuctParent parent = bound((builder) -> builder.accept(Accept.MANY).handler((from, message) -> {
			if (message.as(Object.class) instanceof String text) {
				from.send(text);
			}
			handled.incrementAndGet();
		})); MessageDuctChild healthy = childOf(parent); DuctPeer flooder = peer(parent.listenerAddress())) {
			Caller<Void> flooding = Caller.of(() -> {
				while (!done.get()) {
					flooder.sendRaw(flood);
				}
				return null;
			});
			Awaiting.soon().until(() -> handled.get() > 10_000);
			for (int i = 0; i < 100; i++) {
				assertThat(healthy.request("beside " + i, String.class)).isEqualTo("beside " + i);
			}
			done.set(true);
			flooding.result();
		}
	}

}
