package io.ductworks.message;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The order in which one observer is told.
 */
class EventQueueTests {

	private final Queue<Runnable> threads = new ArrayDeque<>();

	private final EventQueue queue = new EventQueue(this.threads::add);

	private final List<String> told = new ArrayList<>();

	private Runnable event(String name) {
		return () -> this.told.add(name);
	}

	private void runAll() {
		for (Runnable thread = this.threads.poll(); thread != null; thread = this.threads.poll()) {
			thread.run();
		}
	}

	@Test
	void offerWhenOneSubjectHasAThreadThenItsEventsWaitAndThoseOfAnotherGetOne() {
		this.queue.offer("a", () -> {
			// While this one takes its time, another thread tells what waits.
			this.threads.remove().run();
			this.told.add("a1");
		});
		this.queue.offer("a", event("a2"));
		this.queue.offer("b", event("b1"));

		assertThat(this.threads).hasSize(2);
		runAll();
		assertThat(this.told).containsExactly("b1", "a1", "a2");
	}

	@Test
	void offerWhenEventsAreOfOneSubjectThenInOrder() {
		for (int i = 0; i < 5; i++) {
			this.queue.offer("a", event("a" + i));
		}
		runAll();

		assertThat(this.told).containsExactly("a0", "a1", "a2", "a3", "a4");
	}

	@Test
	void offerFirstWhenEventsOfAnotherSubjectWaitThenComesBehindThose() {
		this.queue.offer("duct", event("bound"));
		this.queue.offer("duct", event("listening"));
		this.queue.offerFirst("a", "duct", event("connected"));
		this.queue.offer("a", event("disconnected"));
		assertThat(this.threads).hasSize(1);
		runAll();

		assertThat(this.told).containsExactly("bound", "listening", "connected", "disconnected");
	}

	@Test
	void offerFirstWhenNothingWaitsThenToldAtOnce() {
		this.queue.offer("duct", event("bound"));
		runAll();
		this.queue.offerFirst("a", "duct", event("connected"));
		runAll();

		assertThat(this.told).containsExactly("bound", "connected");
	}

	@Test
	void offerLastWhenEventsWaitThenComesBehindAllAndNothingAfterIt() {
		this.queue.offer("a", event("a1"));
		this.queue.offer("b", event("b1"));
		this.queue.offerLast(event("closed"));
		assertThat(this.queue.offer("a", event("late"))).isFalse();
		runAll();

		assertThat(this.told).containsExactly("a1", "b1", "closed");
		assertThat(this.queue.offer("a", event("later"))).isFalse();
	}

	@Test
	void offerLastWhenNothingWaitsThenToldAtOnce() {
		this.queue.offerLast(event("closed"));
		runAll();

		assertThat(this.told).containsExactly("closed");
		assertThat(this.queue.close()).isZero();
	}

	@Test
	void offerWhenTooManyWaitThenRefused() {
		for (int i = 0; i < EventQueue.CAPACITY; i++) {
			assertThat(this.queue.offer("subject " + i % 100, event("told"))).isTrue();
		}
		assertThat(this.queue.offer("a", event("one too many"))).isFalse();
		assertThat(this.queue.offerFirst("a", "b", event("one too many"))).isFalse();
		assertThat(this.threads).as("threads at a time").hasSize(EventQueue.MAX_RUNNING);
		runAll();

		assertThat(this.told).hasSize(EventQueue.CAPACITY).containsOnly("told");
		assertThat(this.queue.offer("a", event("next"))).isTrue();
	}

	@Test
	void closeWhenEventsWaitThenTheyAreDroppedAndCounted() {
		this.queue.offer("a", event("a1"));
		this.queue.offer("a", event("a2"));
		this.queue.offerLast(event("closed"));

		assertThat(this.queue.close()).isEqualTo(3);
		runAll();
		assertThat(this.told).isEmpty();
	}

}
