package io.ductworks.message;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.CloseReason;
import io.ductworks.Gate;
import io.ductworks.MessageProtocolException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.internal.frame.FrameWriter;
import io.ductworks.internal.transport.ByteConnection;
import io.ductworks.internal.transport.Connector;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What happens just when a connection is about to become quiet.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class DeadlinesTests {

	@Test
	void frameWhenItBeginsJustBeforeTheConnectionBecomesQuietThenHasItsTimeAllTheSame() throws Exception {
		try (ServerSocketChannel server = ServerSocketChannel.open()
			.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
				Connector connector = new Connector();
				Gate gate = new Gate()) {
			DuctAddress address = DuctAddress.parse("tcp://127.0.0.1:" + server.socket().getLocalPort());
			Gated channel = new Gated(connector.connect(address, Duration.ofSeconds(10)), gate);
			try (SocketChannel peer = server.accept();
					MessageDuctChild child = MessageDuctChild.builder()
						.name("becoming-quiet")
						.address(address)
						.timeout(Duration.ofSeconds(10))
						.frameTimeout(Duration.ofMillis(300))
						.build()) {
				child.ensureOpen().connected(channel);
				Caller<Object> recv = Caller.of(child::recv).awaitWaiting();
				Caller<Void> send = Caller.running(() -> child.send("held up"));
				gate.awaitVisitor();
				// By then it has seen no frame, and has yet to say that the connection is
				// quiet.
				Awaiting.soon().until(DeadlinesTests::waitsLoopForWriter);
				peer.write(ByteBuffer.wrap(new byte[] { 0x54, 0, 0, 0, 4, '1' }));
				Awaiting.soon().until(() -> channel.read.get() == 6);
				recv.awaitWaiting();
				gate.open();
				send.result();

				Awaiting.soon().until(() -> child.statistics().connectionsClosed(CloseReason.FRAME_TIMEOUT) == 1);
				assertThat(recv.failure()).isInstanceOf(MessageProtocolException.class);
			}
		}
	}

	private static boolean waitsLoopForWriter() {
		return Thread.getAllStackTraces()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().getName().equals("duct-becoming-quiet-loop"))
			.map(Map.Entry::getValue)
			.flatMap(Arrays::stream)
			.anyMatch((call) -> call.getClassName().equals(FrameWriter.class.getName())
					&& call.getMethodName().equals("freeMemory"));
	}

	/**
	 * A connection whose writes are held up.
	 */
	private static final class Gated extends ForwardingConnection {

		private final Gate gate;

		private final AtomicInteger read = new AtomicInteger();

		private Gated(ByteConnection channel, Gate gate) {
			super(channel);
			this.gate = gate;
		}

		@Override
		public int read(ByteBuffer target) throws IOException {
			int count = super.read(target);
			this.read.addAndGet(Math.max(0, count));
			return count;
		}

		@Override
		public int write(ByteBuffer source) throws IOException {
			this.gate.asTask().run();
			return super.write(source);
		}

	}

}
