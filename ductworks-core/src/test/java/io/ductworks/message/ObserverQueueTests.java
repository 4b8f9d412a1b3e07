package io.ductworks.message;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

import io.ductworks.TakenLog;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * That one observer, or one failure, does not keep others from what follows.
 */
class ObserverQueueTests {

	private final List<String> told = new ArrayList<>();

	private final DuctObserver first = new DuctObserver() {

		@Override
		public void listening(MessageDuct duct, DuctAddress address) {
			throw new IllegalStateException("expected by the test");
		}

		@Override
		public void closed(MessageDuct duct) {
			ObserverQueueTests.this.told.add("first");
		}

	};

	private final DuctObserver second = new DuctObserver() {

		@Override
		public void listening(MessageDuct duct, DuctAddress address) {
			ObserverQueueTests.this.told.add("second");
		}

	};

	private final DuctAddress address = new DuctAddress.Inproc("observed");

	private final MessageDuctParent parent = MessageDuctParent.builder()
		.address(this.address)
		.observer(this.first)
		.observer(this.second)
		.build();

	private Observers observers(Executor threads) {
		return new Observers(this.parent, this.parent.parts().scope(),
				this.parent.parts().scope().options().observers(), threads);
	}

	@Test
	void tellWhenAnObserverFailsAndCannotBeLoggedThenTheRestIsTold() {
		Observers observers = observers(Runnable::run);
		try (TakenLog log = new TakenLog().failing()) {
			observers.tell((observer, duct) -> observer.listening(duct, this.address));

			assertThat(log.lines("failed")).hasSize(1);
		}
		observers.tellClosed();
		assertThat(this.told).containsExactly("second", "first");
		assertThat(observers.isCurrentThread()).isFalse();
	}

	@Test
	void tellWhenOneObserverIsBusyThenOthersAreToldAndOfItsEventsSoManyWait() {
		List<Runnable> started = new ArrayList<>();
		Observers observers = observers(started::add);
		for (int i = 0; i < EventQueue.CAPACITY + 5; i++) {
			observers.tell((observer, duct) -> observer.listening(duct, this.address));
		}

		assertThat(started).as("a thread for each observer").hasSize(2);
		started.get(1).run();
		assertThat(this.told).hasSize(EventQueue.CAPACITY);
		assertThat(this.parent.statistics().eventsDropped()).isEqualTo(2 * 5);
	}

	@Test
	void tellWhenNoThreadCanBeAskedForThenIsToldWithTheNext() {
		AtomicReference<@Nullable Error> failure = new AtomicReference<>(new LinkageError("expected by the test"));
		TaskQueue queue = new TaskQueue((task) -> {
			Error error = failure.getAndSet(null);
			if (error != null) {
				throw error;
			}
			task.run();
		}, 1);
		assertThatThrownBy(() -> queue.offer(() -> this.told.add("first"), 10)).isInstanceOf(LinkageError.class);
		queue.offer(() -> this.told.add("next"), 10);

		assertThat(this.told).containsExactly("first", "next");
	}

	@Test
	void closeWhenEventsWaitAtTheDeadlineThenTheyAreDroppedAndCounted() {
		Observers observers = observers((task) -> {
		});
		observers.tell((observer, duct) -> observer.listening(duct, this.address));
		observers.close(System.nanoTime());

		assertThat(this.parent.statistics().eventsDropped()).isEqualTo(2);
		observers.tell((observer, duct) -> observer.listening(duct, this.address));
		assertThat(this.parent.statistics().eventsDropped()).isEqualTo(4);
		assertThat(this.told).isEmpty();
	}

}
