package io.ductworks.internal.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class ConnectorTests {

	private static final Duration LONG = Duration.ofSeconds(50);

	@TempDir
	private Path directory;

	@Test
	void connectWhenNobodyListensAtThePortThenIsRefused() throws Exception {
		int port;
		try (ServerSocket once = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = once.getLocalPort();
		}
		try (Connector connector = new Connector()) {
			assertThatExceptionOfType(ConnectException.class)
				.isThrownBy(() -> connector.connect(new DuctAddress.Tcp("127.0.0.1", port), LONG))
				.withMessageContaining("refused");
		}
	}

	@Test
	void connectWhenThereIsNoSocketFileThenFails() throws Exception {
		try (Connector connector = new Connector()) {
			assertThatExceptionOfType(SocketException.class)
				.isThrownBy(() -> connector.connect(new DuctAddress.Unix(this.directory.resolve("none")), LONG))
				.withMessageContaining("No such file");
		}
	}

	@Test
	void connectWhenMemoryEndsMidwayThenLeavesNoSocket() throws Exception {
		Path path = Sockets.withoutMemory(this.directory.resolve("a.sock"));
		try (Connector connector = new Connector()) {
			assertThatExceptionOfType(OutOfMemoryError.class)
				.isThrownBy(() -> connector.connect(new DuctAddress.Unix(path), LONG));
		}
	}

	@Test
	void n9ConnectWhenHostDoesNotResolveThenNamesIt() throws Exception {
		try (Connector connector = new Connector()) {
			assertThatExceptionOfType(UnknownHostException.class)
				.isThrownBy(() -> connector.connect(new DuctAddress.Tcp("ductworks.invalid", 1), LONG))
				.withMessage("host 'ductworks.invalid' does not resolve");
		}
	}

	@Test
	void n9ConnectWhenAnAttemptHasFailedThenTheNextMaySucceed() throws Exception {
		DuctAddress.Unix address = new DuctAddress.Unix(this.directory.resolve("late.sock"));
		try (Connector connector = new Connector()) {
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> connector.connect(address, LONG));

			try (ByteListener listener = Sockets.bind(address, 1);
					ByteConnection child = connector.connect(address, LONG)) {
				assertThat(child.peer()).isNotNull();
				assertThat(listener.address()).isEqualTo(address);
			}
		}
	}

	@Test
	void connectWhenConnectorIsClosedThenFailsAndLeavesNothingInTheBacklog() throws Exception {
		List<DuctAddress> addresses = List.of(new DuctAddress.Unix(this.directory.resolve("a.sock")),
				new DuctAddress.Tcp("localhost", 0), new DuctAddress.Inproc("closed-connector"));
		for (DuctAddress address : addresses) {
			try (ByteListener listener = Sockets.bind(address, 1)) {
				Connector connector = new Connector();
				connector.close();

				assertThatExceptionOfType(ClosedChannelException.class)
					.isThrownBy(() -> connector.connect(listener.address(), LONG));
				assertThat(listener.accept()).isNull();
			}
		}
	}

	// Nobody answers: the queue of a listener is full

	@Test
	void connectWhenNobodyAnswersThenTimesOut() throws Exception {
		try (Unanswering parent = new Unanswering(); Connector connector = new Connector()) {
			assertThatExceptionOfType(SocketTimeoutException.class)
				.isThrownBy(() -> connector.connect(parent.address(), Duration.ofMillis(20)))
				.withMessage("no answer from /127.0.0.1:" + parent.address().port() + " within 20 ms");
		}
	}

	@Test
	void c4CloseWhenConnectingThenTheAttemptEndsAtOnce() throws Exception {
		try (Unanswering parent = new Unanswering(); Connector connector = new Connector()) {
			FutureTask<ByteConnection> connecting = new FutureTask<>(() -> connector.connect(parent.address(), LONG));
			startSelecting(connecting);

			connector.close();

			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> connecting.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(ClosedChannelException.class);
		}
	}

	@Test
	void connectWhenInterruptedThenEndsAtOnceWithItsFlagSet() throws Exception {
		try (Unanswering parent = new Unanswering(); Connector connector = new Connector()) {
			boolean[] flag = new boolean[1];
			FutureTask<ByteConnection> connecting = new FutureTask<>(() -> {
				try {
					return connector.connect(parent.address(), LONG);
				}
				finally {
					flag[0] = Thread.currentThread().isInterrupted();
				}
			});
			Thread thread = startSelecting(connecting);

			thread.interrupt();

			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> connecting.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(InterruptedIOException.class)
				.withMessageContaining("interrupted while connecting");
			assertThat(flag[0]).isTrue();
		}
	}

	private static Thread startSelecting(FutureTask<?> task) {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		thread.start();
		await().until(() -> Arrays.stream(thread.getStackTrace())
			.anyMatch((frame) -> frame.getClassName().equals("sun.nio.ch.SelectorImpl")
					&& frame.getMethodName().equals("select")));
		return thread;
	}

	/**
	 * A listener whose queue is full: what connects now is not answered.
	 */
	private static final class Unanswering implements AutoCloseable {

		private final ByteListener listener = Sockets.bind(new DuctAddress.Tcp("127.0.0.1", 0), 1);

		private final List<ByteConnection> queued = new ArrayList<>();

		Unanswering() throws IOException {
			try (Connector connector = new Connector()) {
				while (this.queued.size() < 16) {
					this.queued.add(connector.connect(this.listener.address(), Duration.ofMillis(200)));
				}
				throw new AssertionError("the queue never fills");
			}
			catch (SocketTimeoutException ex) {
				assertThat(this.queued).isNotEmpty();
			}
		}

		DuctAddress.Tcp address() {
			return (DuctAddress.Tcp) this.listener.address();
		}

		@Override
		public void close() throws IOException {
			this.listener.close();
			for (ByteConnection connection : this.queued) {
				connection.close();
			}
		}

	}

}
