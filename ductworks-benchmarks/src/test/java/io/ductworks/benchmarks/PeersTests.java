package io.ductworks.benchmarks;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import io.ductworks.benchmarks.Scenario.Format;
import io.ductworks.benchmarks.Scenario.Transport;
import io.ductworks.benchmarks.grpc.GrpcContender;
import io.ductworks.benchmarks.integration.IntegrationContender;
import io.ductworks.benchmarks.jeromq.JeroMqContender;
import io.ductworks.benchmarks.netty.NettyContender;
import io.ductworks.benchmarks.rsocket.RSocketContender;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * The peers do what a scenario asks of them, both sides in one process.
 */
@Timeout(60)
class PeersTests {

	private static final int MESSAGES = 10_000;

	private static final int LARGE = 1024 * 1024;

	private static final Order ORDER = new Order("4711", "Jane Doe",
			List.of(new Order.Item("sku-1", 3, new BigDecimal("9.99"))), new BigDecimal("29.97"));

	private static final String QUESTION = "how many";

	@TempDir
	private Path directory;

	@ParameterizedTest(name = "{0}, {1}")
	@MethodSource("roundTrips")
	void echoes(Contender contender, Scenario scenario) throws Exception {
		Address address = address();
		try (AutoCloseable server = contender.serve(scenario, address, (message) -> message);
				Link link = contender.connect(scenario, address)) {
			assertThat(server).isNotNull();
			inThreads(scenario, (thread) -> {
				for (int i = 0; i < 20; i++) {
					Object message = message(scenario, thread * 100 + i);
					assertThat(link.exchange(message)).isEqualTo(message);
				}
			});
		}
		assertThat(address.file()).doesNotExist();
	}

	@ParameterizedTest(name = "{0}, {1}")
	@MethodSource("oneWays")
	void countsWhatIsSent(Contender contender, Scenario scenario) throws Exception {
		Address address = address();
		AtomicLong arrived = new AtomicLong();
		long messages = (scenario.bytes() == LARGE) ? 50 : MESSAGES;
		Object question = question(scenario);
		Service service = (message) -> {
			if (isQuestion(message)) {
				return answer(scenario, arrived.getAndSet(0));
			}
			arrived.incrementAndGet();
			return null;
		};
		try (AutoCloseable server = contender.serve(scenario, address, service);
				Link link = contender.connect(scenario, address)) {
			assertThat(server).isNotNull();
			inThreads(scenario, (thread) -> {
				Object message = message(scenario, thread);
				for (long i = 0; i < messages; i++) {
					link.send(message);
				}
				link.flush();
			});
			long expected = scenario.threads() * messages;
			long counted = 0;
			while (counted < expected) {
				counted += count(link.confirm(question));
			}
			assertThat(counted).isEqualTo(expected);
		}
		assertThat(address.file()).doesNotExist();
	}

	@ParameterizedTest
	@MethodSource("contenders")
	void leavesOutWhatItCannotDo(Contender contender) {
		assertThat(contender.takesPart(
				new Scenario("idle", Work.IDLE_CONNECTIONS, Format.BYTES, 64, Transport.TCP, 1, false, false, false)))
			.isFalse();
		assertThat(contender
			.takesPart(new Scenario("spin", Work.ROUND_TRIP, Format.BYTES, 64, Transport.TCP, 1, false, true, false)))
			.isFalse();
	}

	private static Stream<Contender> contenders() {
		return Stream.of(new NettyContender(), new JeroMqContender(), new IntegrationContender(),
				new RSocketContender(), new GrpcContender());
	}

	private static Stream<Arguments> roundTrips() {
		return taking(Stream.of(scenario("R1", Work.ROUND_TRIP, Format.BYTES, 64, Transport.UNIX, 1, false),
				scenario("R2", Work.ROUND_TRIP, Format.BYTES, 64, Transport.TCP, 1, false),
				scenario("R2-large", Work.ROUND_TRIP, Format.BYTES, LARGE, Transport.TCP, 1, false),
				scenario("R4", Work.ROUND_TRIP, Format.JSON, 0, Transport.TCP, 1, false),
				scenario("S1", Work.ROUND_TRIP, Format.JSON, 0, Transport.TCP, 1, true),
				scenario("S3", Work.ROUND_TRIP, Format.JSON, 0, Transport.TCP, 64, true),
				scenario("S3-bytes", Work.ROUND_TRIP, Format.BYTES, 64, Transport.TCP, 64, true),
				scenario("S3-plain", Work.ROUND_TRIP, Format.BYTES, 64, Transport.TCP, 64, false)));
	}

	private static Stream<Arguments> oneWays() {
		return taking(Stream.of(scenario("T1", Work.ONE_WAY, Format.BYTES, 128, Transport.UNIX, 1, false),
				scenario("T1", Work.ONE_WAY, Format.BYTES, 128, Transport.TCP, 1, false),
				scenario("T2", Work.ONE_WAY, Format.BYTES, 128, Transport.TCP, 4, false),
				scenario("T3", Work.ONE_WAY, Format.JSON, 0, Transport.TCP, 1, false),
				scenario("L1", Work.ONE_WAY, Format.BYTES, LARGE, Transport.TCP, 1, false),
				scenario("S2", Work.ONE_WAY, Format.JSON, 0, Transport.TCP, 1, true)));
	}

	private static Stream<Arguments> taking(Stream<Scenario> scenarios) {
		return scenarios.flatMap((scenario) -> contenders().filter((contender) -> contender.takesPart(scenario))
			.map((contender) -> arguments(contender, scenario)));
	}

	private static Scenario scenario(String id, Work work, Format format, int bytes, Transport transport, int threads,
			boolean spring) {
		return new Scenario(id, work, format, bytes, transport, threads, false, false, spring);
	}

	private Address address() throws Exception {
		InetAddress loopback = InetAddress.getLoopbackAddress();
		try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
			return new Address(this.directory.resolve("socket"), new InetSocketAddress(loopback, free.getLocalPort()));
		}
	}

	private static void inThreads(Scenario scenario, Step step) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(scenario.threads());
		try {
			List<Future<?>> steps = new ArrayList<>();
			for (int i = 0; i < scenario.threads(); i++) {
				int thread = i;
				steps.add(threads.submit(() -> {
					step.run(thread);
					return null;
				}));
			}
			for (Future<?> each : steps) {
				each.get(50, TimeUnit.SECONDS);
			}
		}
		finally {
			threads.shutdownNow();
		}
	}

	private static Object message(Scenario scenario, int number) {
		if (scenario.format() == Format.JSON) {
			return new Order("order-" + number, ORDER.customer(), ORDER.items(), ORDER.total());
		}
		byte[] message = new byte[scenario.bytes()];
		ByteBuffer.wrap(message).putInt(number);
		message[message.length - 1] = 1;
		return message;
	}

	private static Object question(Scenario scenario) {
		return answer(scenario, 0);
	}

	private static Object answer(Scenario scenario, long count) {
		return (scenario.format() == Format.JSON) ? new Order(QUESTION, Long.toString(count), List.of(), ORDER.total())
				: ByteBuffer.allocate(Long.BYTES).putLong(count).array();
	}

	private static boolean isQuestion(Object message) {
		return (message instanceof byte[] bytes) ? bytes.length == Long.BYTES : ((Order) message).id().equals(QUESTION);
	}

	private static long count(Object answer) {
		return (answer instanceof byte[] bytes) ? ByteBuffer.wrap(bytes).getLong()
				: Long.parseLong(((Order) answer).customer());
	}

	/** What a thread does. */
	private interface Step {

		void run(int thread) throws Exception;

	}

}
