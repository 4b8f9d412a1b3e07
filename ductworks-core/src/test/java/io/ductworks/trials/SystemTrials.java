package io.ductworks.trials;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.sun.management.OperatingSystemMXBean;
import io.ductworks.message.Accept;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.transport.DuctAddress;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Operating systems that refuse descriptors and memory, that fail system calls, stop
 * processes and know of urgent bytes.
 */
@Tag("trials")
@Timeout(120)
class SystemTrials {

	/** Sends a message, an urgent byte, and a message with one in its midst. */
	private static final String URGENT = """
			import socket, sys
			unix = sys.argv[1] == 'unix'
			s = socket.socket(socket.AF_UNIX if unix else socket.AF_INET, socket.SOCK_STREAM)
			s.connect(sys.argv[2] if unix else ('127.0.0.1', int(sys.argv[2])))
			s.settimeout(20)
			def answer(size):
			    got = b''
			    while len(got) < size:
			        part = s.recv(size - len(got))
			        if not part:
			            sys.exit('the parent closed the connection after %d of %d bytes' % (len(got), size))
			        got += part
			    return got
			frame = b'T\\0\\0\\0\\x03123'
			s.sendall(frame)
			assert answer(8) == frame
			try:
			    s.send(b'!', socket.MSG_OOB)
			except OSError as ex:
			    print('unsupported', ex)
			    sys.exit(0)
			print('sent', flush=True)
			sys.stdin.readline()
			s.sendall(frame)
			assert answer(8) == frame
			s.sendall(frame[:6])
			s.send(b'!', socket.MSG_OOB)
			s.sendall(frame[6:])
			assert answer(8) == frame
			print('answered', flush=True)
			""";

	@TempDir
	private Path directory;

	private String address(String transport) {
		return transport.equals("unix") ? "unix:" + this.directory.resolve("trial.sock") : "tcp://127.0.0.1:0";
	}

	@ParameterizedTest
	@CsvSource({ "unix, EMFILE, 3", "tcp, EMFILE, 3", "unix, ENFILE, 1" })
	void l12AcceptWhenDescriptorsRunOutThenIsTriedAgainWithoutHaste(String transport, String error, int times)
			throws Exception {
		failAccepts("L12", transport, error, times);
	}

	@ParameterizedTest
	@CsvSource({ "unix, ECONNABORTED", "tcp, ECONNABORTED", "tcp, EINTR" })
	void l13AcceptWhenItFailsForAMomentThenIsTriedAgain(String transport, String error) throws Exception {
		failAccepts("L13", transport, error, 1);
	}

	private void failAccepts(String id, String transport, String error, int times) throws Exception {
		Machine.need("strace", "strace");
		Path trace = this.directory.resolve("trace");
		try (PeerProcess parent = PeerProcess.launch("parent", address(transport))
			.under("strace", "-f", "--seccomp-bpf", "-o", trace.toString(), "-e", "trace=accept,accept4", "-e",
					"inject=accept,accept4:error=" + error + ":when=1.." + times)
			.start(); MessageDuctChild child = child(parent)) {
			child.connect();
			long asked = System.nanoTime();
			assertThat(child.request(1, Integer.class)).isEqualTo(1);
			long nanos = System.nanoTime() - asked;
			try (MessageDuctChild second = child(parent)) {
				second.connect();
				assertThat(second.request(2, Integer.class)).isEqualTo(2);
			}
			long warnings = parent.count("cannot accept a child");
			List<String> calls = Files.readAllLines(trace).stream().filter((line) -> line.contains("accept")).toList();
			assertThat(calls.stream().filter((line) -> line.contains("INJECTED"))).hasSize(times);
			assertThat(calls).hasSizeLessThanOrEqualTo(times + 10);
			assertThat(nanos).isLessThan(TimeUnit.SECONDS.toNanos(times + 2));
			// The JDK itself tries again after an interruption, and over TCP an abortion.
			boolean triedByTheJdk = error.equals("EINTR") || error.equals("ECONNABORTED") && transport.equals("tcp");
			// The log is sparing: failures that follow each other closely are one line.
			assertThat(warnings).isEqualTo(triedByTheJdk ? 0 : 1);
			if (!triedByTheJdk) {
				assertThat(nanos).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(times * 1000L - 500));
			}
			TrialFigures.note(id, transport, times + " times " + error + " of accept",
					"the waiting child was answered after " + TrialFigures.millis(nanos) + ", another at once; "
							+ calls.size() + " calls of accept, " + warnings + " warnings");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void l14ChildWhenDescriptorsRunOutThenSaysSoAndConnectsOnceThereAreSome(String transport) throws Exception {
		Machine.need("prlimit", "util-linux");
		String classPath = Machine.copyClassPath(this.directory.resolve("lib"));
		try (PeerProcess parent = PeerProcess.parent(address(transport));
				PeerProcess child = PeerProcess.launch("starved", parent.address())
					.under("prlimit", "--nofile=128:128")
					.java("-XX:-MaxFDLimit")
					.classPath(classPath)
					.start()) {
			List<String> tried = child.output().stream().filter((line) -> line.contains(" left: ")).toList();
			assertThat(tried).hasSize(8).noneMatch((line) -> line.contains("broke"));
			assertThat(tried.get(0)).contains("Too many open files");
			assertThat(tried.get(7)).contains("connected");
			assertThat(child.output()).noneMatch((line) -> line.contains("broke"));
			assertThat(child.awaitLine("descriptors")).contains("descriptors 0 more");
			assertThat(child.awaitLine("connected:")).contains("answered with none left");
			long refused = child.count(" left: refused");
			TrialFigures.note("L14", transport, "connect with 0 to 7 file descriptors left",
					refused + " times refused, saying so (" + tried.get(0)
							+ "), then connected; none left behind; who was connected was answered with none left");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void l15ParentWhenAMessageIsLargerThanItsMemoryThenThatConnectionEndsAlone(String transport) throws Exception {
		try (PeerProcess parent = PeerProcess.launch("parent", address(transport))
			.with("maxFrameSize", 1 << 30)
			.start();
				MessageDuctChild healthy = child(parent);
				RawClient large = new RawClient(DuctAddress.parse(parent.address()))) {
			healthy.connect();
			assertThat(healthy.request(1, Integer.class)).isEqualTo(1);
			long sent = sendLarge(large, 200 << 20);
			parent.awaitLine("disconnected");
			assertThat(sent).isLessThan(200 << 20);
			assertThat(healthy.request(2, Integer.class)).isEqualTo(2);
			try (MessageDuctChild next = child(parent)) {
				next.connect();
				String text = "x".repeat(1 << 20);
				assertThat(next.request(text, String.class)).isEqualTo(text);
			}
			assertThat(healthy.isConnected()).isTrue();
			TrialFigures.note("L15", transport, "200 MiB in one message to a parent with 64 MiB of heap",
					"cut off within " + (sent >> 20) + " MiB (" + parent.awaitLine("disconnected")
							+ "); the other child and the next one were served");
		}
	}

	private static long sendLarge(RawClient client, int length) {
		byte[] chunk = new byte[1 << 20];
		long sent = 0;
		try {
			client.send(ByteBuffer.allocate(5).put((byte) 0x54).putInt(length).array());
			while (sent < length) {
				client.send(chunk);
				sent += chunk.length;
			}
		}
		catch (IOException ex) {
			// Cut off.
		}
		return sent;
	}

	@ParameterizedTest
	@CsvSource({ "unix, true", "tcp, true", "unix, false", "tcp, false" })
	void l17ParentWhenStoppedForLongerThanItsFrameTimeoutThenJudgesWhatCameFirst(String transport, boolean meanwhile)
			throws Exception {
		try (PeerProcess parent = PeerProcess.launch("parent", address(transport)).with("frameTimeout", 1000).start();
				RawClient client = new RawClient(DuctAddress.parse(parent.address()));
				MessageDuctChild child = child(parent)) {
			child.connect();
			assertThat(child.request(1, Integer.class)).isEqualTo(1);
			for (int i = 0; i < 5; i++) {
				stopInsideMessage(parent, client, meanwhile);
				// So long that the parent has found that all is well.
				Awaitility.await().during(Duration.ofMillis(600)).until(child::isConnected);
			}
			assertThat(child.request(2, Integer.class)).isEqualTo(2);
			assertThat(parent.count("disconnected")).isZero();
			TrialFigures.note("L17", transport,
					"5 times STOP of the parent for 1.5 s inside a message, the rest sent "
							+ (meanwhile ? "before" : "after") + " CONT",
					"answered each time in spite of a frame-timeout of 1 s; nobody was cut off");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void l17ParentWhenStoppedAgainAtOnceThenJudgesTheNextMessageByItself(String transport) throws Exception {
		try (PeerProcess parent = PeerProcess.launch("parent", address(transport)).with("frameTimeout", 1000).start();
				RawClient client = new RawClient(DuctAddress.parse(parent.address()))) {
			for (int i = 0; i < 5; i++) {
				stopInsideMessage(parent, client, false);
			}
			assertThat(parent.count("disconnected")).isZero();
			TrialFigures.note("L17", transport,
					"5 times STOP of the parent for 1.5 s inside a message, one after the other",
					"answered each time in spite of a frame-timeout of 1 s");
		}
	}

	/**
	 * Sends a half message, stops the parent for longer than its frame time-out, and
	 * sends the other half.
	 * @param meanwhile whether it is there before the parent goes on
	 */
	private static void stopInsideMessage(PeerProcess parent, RawClient client, boolean meanwhile) throws IOException {
		byte[] frame = "T\0\0\0\5\"abc\"".getBytes(StandardCharsets.US_ASCII);
		client.send(Arrays.copyOf(frame, 6));
		parent.stop();
		Awaitility.await().during(Duration.ofMillis(1500)).until(parent::isAlive);
		byte[] rest = Arrays.copyOfRange(frame, 6, frame.length);
		if (meanwhile) {
			client.send(rest);
		}
		parent.resume();
		if (!meanwhile) {
			client.send(rest);
		}
		assertThat(client.read(frame.length)).isEqualTo(frame);
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void w18ParentWhenAnUrgentByteComesThenGoesOnAsIfItHadNot(String transport) throws Exception {
		Machine.need("python3", "python3");
		try (MessageDuctParent parent = MessageDuctParent.builder()
			.address(address(transport))
			.accept(Accept.MANY)
			.handler((from, message) -> from.send(message.as(Object.class)))
			.build()) {
			parent.bind();
			String target = (parent.listenerAddress() instanceof DuctAddress.Unix unix) ? unix.path().toString()
					: Integer.toString(((DuctAddress.Tcp) parent.listenerAddress()).port());
			Process python = new ProcessBuilder("python3", "-c", URGENT, transport, target).redirectErrorStream(true)
				.start();
			try {
				String line = python.inputReader().readLine();
				Assumptions.assumeTrue("sent".equals(line), "needs a system with urgent bytes: " + line);
				long before = cpuNanos();
				Awaitility.await()
					.during(Duration.ofSeconds(2))
					.atMost(Duration.ofSeconds(3))
					.until(parent::isConnected);
				long spent = cpuNanos() - before;
				python.outputWriter().write("\n");
				python.outputWriter().close();
				assertThat(python.inputReader().lines()).contains("answered");
				assertThat(python.waitFor()).isZero();
				assertThat(spent).isLessThan(TimeUnit.MILLISECONDS.toNanos(500));
				TrialFigures.note("W18", transport, "an urgent byte between messages, and one inside a message",
						"all messages answered; " + TrialFigures.millis(spent)
								+ " of processor time in the 2 s after it");
			}
			finally {
				python.destroyForcibly();
			}
		}
	}

	private static long cpuNanos() {
		return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
	}

	private static MessageDuctChild child(PeerProcess parent) {
		return MessageDuctChild.builder().address(parent.address()).build();
	}

}
