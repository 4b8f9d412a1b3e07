package io.ductworks.trials;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

import io.ductworks.message.DuctHandler;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.Protocol;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many callers of slow handlers over one connection of JSON-RPC.
 */
@Tag("trials")
@Timeout(300)
class RpcTrials {

	private static final int CALLERS = 64;

	private static final int CONCURRENCY = 16;

	private static final int SECONDS = Integer.getInteger("trials.seconds", 10);

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	void h2CallersWhenTheyAreManyThenHandlersAreAsBusyAsTheyMay(String transport) throws Exception {
		measure(transport, 5, "platform threads", (parent) -> parent);
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp" })
	@EnabledForJreRange(min = JRE.JAVA_21)
	void h2CallersWhenHandlersAreVirtualThreadsThenTheyAreAsBusyAsTheyMay(String transport) throws Exception {
		// By its name, which the oldest JDK does not know.
		Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
		ThreadFactory virtual = (ThreadFactory) Class.forName("java.lang.Thread$Builder")
			.getMethod("factory")
			.invoke(builder);
		measure(transport, 200, "virtual threads", (parent) -> parent.workerThreads(virtual));
	}

	private void measure(String transport, int handlerMillis, String threads,
			UnaryOperator<MessageDuctParent.Builder> settings) throws Exception {
		AtomicInteger running = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		String address = transport.equals("unix") ? "unix:" + this.directory.resolve("trial.sock")
				: "tcp://127.0.0.1:0";
		try (MessageDuctParent parent = settings.apply(MessageDuctParent.builder()
			.address(address)
			.protocol(Protocol.JSON_RPC)
			.concurrency(CONCURRENCY)
			.handler(DuctHandler.answering((from, message) -> {
				most.accumulateAndGet(running.incrementAndGet(), Math::max);
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(handlerMillis));
				running.decrementAndGet();
				return message.as(Integer.class);
			}))).build()) {
			parent.bind();
			try (MessageDuctChild child = MessageDuctChild.builder()
				.address(parent.listenerAddress())
				.protocol(Protocol.JSON_RPC)
				.build()) {
				child.connect();
				callFor(child, 2);
				long[] nanos = callFor(child, SECONDS);
				double perSecond = (double) nanos.length / SECONDS;
				double possible = CONCURRENCY * 1000.0 / handlerMillis;
				TrialFigures.note("H2", transport,
						CALLERS + " callers, " + CONCURRENCY + " handlers of " + handlerMillis + " ms on " + threads,
						String.format("%.0f requests/s of %.0f, %s, %d handlers at a time", perSecond, possible,
								TrialFigures.times(nanos), most.get()));
				assertThat(perSecond).isGreaterThan(0.9 * possible);
				assertThat(most).hasValue(CONCURRENCY);
			}
		}
	}

	private static long[] callFor(MessageDuctChild child, int seconds) throws Exception {
		ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
		try {
			long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
			List<Future<long[]>> all = new ArrayList<>();
			for (int i = 0; i < CALLERS; i++) {
				int question = i;
				all.add(callers.submit(() -> call(child, question, deadline)));
			}
			long[] nanos = new long[0];
			for (Future<long[]> each : all) {
				long[] own = each.get();
				int before = nanos.length;
				nanos = Arrays.copyOf(nanos, before + own.length);
				System.arraycopy(own, 0, nanos, before, own.length);
			}
			return nanos;
		}
		finally {
			callers.shutdownNow();
		}
	}

	private static long[] call(MessageDuctChild child, int question, long deadline) {
		long[] nanos = new long[100_000];
		int count = 0;
		long begun = System.nanoTime();
		while (begun - deadline < 0) {
			assertThat(child.request("work", question, Integer.class)).isEqualTo(question);
			long ended = System.nanoTime();
			nanos[count++] = ended - begun;
			begun = ended;
		}
		return Arrays.copyOf(nanos, count);
	}

}
