package io.ductworks.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.UnixOperatingSystemMXBean;
import io.ductworks.CloseReason;
import io.ductworks.MessageCodecException;
import io.ductworks.codec.MessageCodec;
import io.ductworks.message.Accept;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.DuctObserver;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.Peers;
import io.ductworks.peer.DuctPeer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any bytes from one child of a parent that answers every message, beside a healthy
 * child. To look for more inputs:
 * {@code mvn -Pfuzz -pl ductworks-core -Dfuzz.target=ParentFuzzTests test}
 * <p>
 * The first byte of an input says what the child does when it has sent the others, by its
 * remainder of 4. 0: leaves at once. 1: waits for all answers and leaves. 2: the same,
 * having sent in two pieces. 3: the same, but stays if a frame is not whole, until the
 * parent has enough of that.
 */
@ExtendWith(FuzzFigures.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class ParentFuzzTests {

	private static final int MAX_FRAME_SIZE = 1024;

	/** What is sent and answered always finds room, whoever reads it when. */
	private static final int MAX_STREAM = 8 * 1024;

	/** So many threads or descriptors may be about to go. */
	private static final int LINGERING = 24;

	private static final MessageCodec CODEC = MessageCodec.json();

	private static final BlockingQueue<CloseReason> ends = new LinkedBlockingQueue<>();

	private static final Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();

	private static @Nullable UncaughtExceptionHandler handlerBefore;

	private static MessageDuctParent parent;

	private static MessageDuctParent impatient;

	private static MessageDuctChild healthy;

	private static int threadsAtFirst;

	private static long descriptorsAtFirst;

	@BeforeAll
	static void open() {
		handlerBefore = Thread.getDefaultUncaughtExceptionHandler();
		Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> uncaught.add(failure));
		// Each message that is no JSON would be logged.
		logger().setLevel(Level.OFF);
		parent = bound(Duration.ofSeconds(10));
		impatient = bound(Duration.ofMillis(100));
		healthy = MessageDuctChild.builder().address(parent.listenerAddress()).build();
		healthy.connect();
		assertThat(healthy.request("first", String.class)).isEqualTo("first");
		threadsAtFirst = threads();
		descriptorsAtFirst = descriptors();
	}

	private static MessageDuctParent bound(Duration frameTimeout) {
		MessageDuctParent bound = MessageDuctParent.builder()
			.accept(Accept.MANY)
			.acceptsPerSecond(1_000_000)
			.maxFrameSize(MAX_FRAME_SIZE)
			.frameTimeout(frameTimeout)
			.observer(new DuctObserver() {

				@Override
				public void disconnected(MessageDuct duct, @Nullable MessageDuct connection, CloseReason reason,
						int unsent) {
					ends.add(reason);
				}

			})
			.handler(ParentFuzzTests::echo)
			.build();
		bound.bind();
		return bound;
	}

	/**
	 * Answers what can be read and sent back, and nothing else.
	 */
	private static void echo(MessageDuct from, DuctMessage message) {
		try {
			from.send(message.as(Object.class));
		}
		catch (MessageCodecException ex) {
			// It cannot be read, or is longer as it is written here.
		}
	}

	@AfterAll
	static void close() {
		healthy.close();
		parent.close();
		impatient.close();
		logger().setLevel(null);
		Thread.setDefaultUncaughtExceptionHandler(handlerBefore);
	}

	@FuzzTest
	void w22BytesWhenAnyThenEndTheirOwnConnectionOnlyForAReasonThatFits(byte[] input) throws Exception {
		FuzzFigures.executed();
		int manner = (input.length > 0) ? (input[0] & 3) : 0;
		byte[] stream = Arrays.copyOfRange(input, Math.min(1, input.length), Math.min(input.length, MAX_STREAM));
		ParsedStream parsed = ParsedStream.parse(stream, MAX_FRAME_SIZE);

		if (manner == 0) {
			leaveAtOnce(stream, parsed);
		}
		else if (parsed.fault() != null) {
			stayUntilRefused(stream, parsed, manner);
		}
		else if (manner == 3 && parsed.unfinished() != null) {
			stayUntilTimeout(stream, parsed);
		}
		else {
			leaveWithTheAnswers(stream, parsed, manner);
		}

		assertThat(healthy.request("beside", String.class)).isEqualTo("beside");
		assertThat(parent.children()).hasSize(1);
		assertThat(impatient.children()).isEmpty();
		assertThat(ends).as("ends of other connections").isEmpty();
		assertThat(uncaught).as("exceptions that escaped").isEmpty();
		assertThat(threads()).as("threads").isLessThanOrEqualTo(threadsAtFirst + LINGERING);
		assertThat(descriptors()).as("descriptors").isLessThanOrEqualTo(descriptorsAtFirst + LINGERING);
	}

	private static void leaveAtOnce(byte[] stream, ParsedStream parsed) throws Exception {
		try (DuctPeer peer = Peers.connect(parent.listenerAddress())) {
			peer.sendRaw(stream);
		}
		Set<CloseReason> fitting = EnumSet.of(endOf(parsed), CloseReason.PEER_RESET);
		if (!parsed.payloads().isEmpty()) {
			// The end may come to light while a message is handled, before what follows.
			fitting.add(CloseReason.PEER_CLOSED);
			fitting.add(CloseReason.TRUNCATED);
		}
		assertThat(end()).isIn(fitting);
	}

	private static void stayUntilRefused(byte[] stream, ParsedStream parsed, int manner) throws Exception {
		try (DuctPeer peer = Peers.connect(parent.listenerAddress())) {
			try {
				send(peer, stream, manner);
			}
			catch (AssertionError ex) {
				// Refused in the middle of it.
			}
			assertThat(end()).isEqualTo(parsed.fault());
			assertThat(startsWith(answers(parsed), receiveAll(peer))).as("answers and nothing else").isTrue();
		}
	}

	private static void stayUntilTimeout(byte[] stream, ParsedStream parsed) throws Exception {
		try (DuctPeer peer = Peers.connect(impatient.listenerAddress())) {
			peer.sendRaw(stream);

			assertThat(end()).isEqualTo(CloseReason.FRAME_TIMEOUT);
			assertThat(startsWith(answers(parsed), receiveAll(peer))).as("answers and nothing else").isTrue();
		}
	}

	private static void leaveWithTheAnswers(byte[] stream, ParsedStream parsed, int manner) throws Exception {
		try (DuctPeer peer = Peers.connect(parent.listenerAddress())) {
			send(peer, stream, manner);
			byte[] answers = answers(parsed);

			assertThat(peer.receiveRaw(answers.length)).isEqualTo(answers);
		}
		assertThat(end()).isEqualTo(endOf(parsed));
	}

	private static void send(DuctPeer peer, byte[] stream, int manner) throws IOException {
		int cut = (manner == 2) ? stream.length / 2 : 0;
		peer.sendRaw(Arrays.copyOf(stream, cut));
		peer.sendRaw(Arrays.copyOfRange(stream, cut, stream.length));
	}

	/**
	 * Why the connection ends if the peer leaves behind the stream.
	 */
	private static CloseReason endOf(ParsedStream parsed) {
		if (parsed.fault() != null) {
			return parsed.fault();
		}
		return (parsed.unfinished() != null) ? CloseReason.TRUNCATED : CloseReason.PEER_CLOSED;
	}

	private static CloseReason end() throws InterruptedException {
		CloseReason reason = ends.poll(10, TimeUnit.SECONDS);
		assertThat(reason).as("the connection ends").isNotNull();
		return reason;
	}

	/**
	 * The frames that come back: messages that are no JSON are not answered, nor are
	 * those whose answer would be too long.
	 */
	private static byte[] answers(ParsedStream parsed) {
		ByteArrayOutputStream answers = new ByteArrayOutputStream();
		for (ByteBuffer payload : parsed.payloads()) {
			ByteArrayOutputStream answer = new ByteArrayOutputStream();
			try {
				CODEC.encode(CODEC.decode(payload.array(), payload.position(), payload.remaining(), Object.class),
						answer);
			}
			catch (IOException | RuntimeException ex) {
				continue;
			}
			if (answer.size() <= MAX_FRAME_SIZE) {
				answers.writeBytes(ByteBuffer.allocate(5).put((byte) 'T').putInt(answer.size()).array());
				answers.writeBytes(answer.toByteArray());
			}
		}
		return answers.toByteArray();
	}

	/**
	 * What can be received when the other side has ended the connection, perhaps not
	 * having read all.
	 */
	private static byte[] receiveAll(DuctPeer peer) {
		try {
			return peer.receiveRest();
		}
		catch (AssertionError ex) {
			return new byte[0];
		}
	}

	private static boolean startsWith(byte[] bytes, byte[] start) {
		return bytes.length >= start.length && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
	}

	private static Logger logger() {
		return (Logger) LoggerFactory.getLogger("io.ductworks");
	}

	private static int threads() {
		return ManagementFactory.getThreadMXBean().getThreadCount();
	}

	private static long descriptors() {
		return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class).getOpenFileDescriptorCount();
	}

}
