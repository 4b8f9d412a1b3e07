package io.ductworks.message;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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

	/**
	 * By its name, which the oldest JDK does not know.
	 */
	private static void startVirtualThread(Runnable task) throws ReflectiveOperationException {
		Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
	}

}
