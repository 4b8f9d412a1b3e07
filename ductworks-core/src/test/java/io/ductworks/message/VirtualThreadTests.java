package io.ductworks.message;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Ducts that are used by virtual threads. Descriptors are not counted, since the flight
 * recorder and the scheduler of virtual threads keep some.
 */
@EnabledForJreRange(min = JRE.JAVA_21)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class VirtualThreadTests {

	private static final int THREADS = 200;

	@Test
	void x10RequestsWhenVirtualThreadsAskThenAllAreAnsweredAndNoneIsPinned(@TempDir Path directory) throws Exception {
		Path file = directory.resolve("pinned.jfr");
		try (Recording recording = new Recording();
				DuctPair pair = DuctPair.create(
						(parent) -> parent.handler((from, message) -> from.send(message.as(Integer.class))),
						(child) -> child)) {
			// Classes that are loaded and initialised for the first time pin.
			askAtOnce(pair.child());
			recording.enable("jdk.VirtualThreadPinned").withThreshold(Duration.ofMillis(20));
			recording.start();
			askAtOnce(pair.child());
			recording.dump(file);
		}
		assertThat(RecordingFile.readAllEvents(file)).isEmpty();
	}

	private static void askAtOnce(MessageDuct duct) throws Exception {
		List<CompletableFuture<Integer>> answers = new ArrayList<>();
		for (int i = 0; i < THREADS; i++) {
			int question = i;
			CompletableFuture<Integer> answer = new CompletableFuture<>();
			answers.add(answer);
			startVirtualThread(() -> answer.completeAsync(() -> duct.request(question, Integer.class), Runnable::run));
		}
		for (int i = 0; i < THREADS; i++) {
			assertThat(answers.get(i).get(10, TimeUnit.SECONDS)).isEqualTo(i);
		}
	}

	@Test
	void handlersWhenWorkersAreVirtualThreadsThenRunOnThem() throws Exception {
		ThreadFactory virtual = virtualThreads();
		List<String> names = Collections.synchronizedList(new ArrayList<>());
		CyclicBarrier together = new CyclicBarrier(100);
		try (DuctPair pair = DuctPair.create((parent) -> parent.name("virtual")
			.protocol(Protocol.JSON_RPC)
			.concurrency(100)
			.workerThreads(virtual)
			.handler(DuctHandler.answering((from, message) -> {
				names.add(Thread.currentThread().getName());
				together.await(10, TimeUnit.SECONDS);
				return isVirtual(Thread.currentThread());
			})), (child) -> child.protocol(Protocol.JSON_RPC))) {
			List<CompletableFuture<Boolean>> answers = new ArrayList<>();
			for (int i = 0; i < 100; i++) {
				answers.add(pair.child().requestAsync("meet", null, Boolean.class));
			}
			for (CompletableFuture<Boolean> answer : answers) {
				assertThat(answer.get(10, TimeUnit.SECONDS)).isTrue();
			}
			assertThat(names).hasSize(100).allMatch((name) -> name.startsWith("duct-virtual-"));
		}
	}

	// By their names, which the oldest JDK does not know

	static ThreadFactory virtualThreads() throws ReflectiveOperationException {
		Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
		return (ThreadFactory) Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
	}

	private static boolean isVirtual(Thread thread) throws ReflectiveOperationException {
		return (boolean) Thread.class.getMethod("isVirtual").invoke(thread);
	}

	private static void startVirtualThread(Runnable task) throws ReflectiveOperationException {
		Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
	}

}
