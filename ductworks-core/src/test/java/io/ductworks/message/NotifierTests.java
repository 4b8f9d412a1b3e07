package io.ductworks.message;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.ductworks.TakenLog;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * That one failure does not keep observers from all that follows.
 */
class NotifierTests {

	private final DuctObserver observer = new DuctObserver() {
	};

	private final List<String> told = new ArrayList<>();

	private final Notifier notifier = new Notifier(List.of(this.observer), Runnable::run);

	@Test
	void notifyWhenAnObserverFailsAndCannotBeLoggedThenTheRestIsToldAndRun() {
		DuctObserver other = new DuctObserver() {
		};
		Notifier notifier = new Notifier(List.of(this.observer, other), Runnable::run);
		try (TakenLog log = new TakenLog().failing()) {
			notifier.notify((target) -> {
				if (target == this.observer) {
					throw new IllegalStateException("expected by the test");
				}
				this.told.add("other");
			}, () -> this.told.add("afterwards"));

			assertThat(log.lines("failed")).hasSize(1);
		}
		notifier.notify((target) -> this.told.add("next"));
		assertThat(this.told).containsExactly("other", "afterwards", "next", "next");
	}

	@Test
	void afterwardsWhenItFailsThenTheNextIsTold() {
		this.notifier.afterwards(() -> {
			throw new IllegalStateException("expected by the test");
		});
		this.notifier.notify((target) -> this.told.add("next"));

		assertThat(this.told).containsExactly("next");
		assertThat(this.notifier.isCurrentThread()).isFalse();
	}

	@Test
	void notifyWhenNoThreadCanBeAskedForThenIsToldWithTheNext() {
		AtomicReference<@Nullable Error> failure = new AtomicReference<>(new LinkageError("expected by the test"));
		Notifier notifier = new Notifier(List.of(this.observer), (task) -> {
			Error error = failure.getAndSet(null);
			if (error != null) {
				throw error;
			}
			task.run();
		});
		assertThatThrownBy(() -> notifier.notify((target) -> this.told.add("first"))).isInstanceOf(LinkageError.class);
		notifier.notify((target) -> this.told.add("next"));

		assertThat(this.told).containsExactly("first", "next");
	}

}
