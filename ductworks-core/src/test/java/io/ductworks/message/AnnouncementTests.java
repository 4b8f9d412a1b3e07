package io.ductworks.message;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.ductworks.Caller;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class AnnouncementTests {

	private final Announcement announcement = new Announcement();

	private final List<String> done = new ArrayList<>();

	private static long in(Duration duration) {
		return System.nanoTime() + duration.toNanos();
	}

	@Test
	void afterwardsWhenNotMadeThenRunsOnceItIs() {
		this.announcement.afterwards(() -> this.done.add("first"));
		assertThat(this.announcement.isMade()).isFalse();
		assertThat(this.done).isEmpty();
		this.announcement.made();

		assertThat(this.done).containsExactly("first");
	}

	@Test
	void afterwardsWhenMadeThenRunsAtOnce() {
		this.announcement.made();
		this.announcement.afterwards(() -> this.done.add("first"));

		assertThat(this.announcement.isMade()).isTrue();
		assertThat(this.done).containsExactly("first");
	}

	@Test
	void madeWhenCalledAgainThenNothingRunsTwice() {
		this.announcement.afterwards(() -> this.done.add("first"));
		this.announcement.made();
		this.announcement.made();

		assertThat(this.done).containsExactly("first");
	}

	@Test
	void madeWhenSomethingRunsAfterwardsThenItSeesThatItIsMade() {
		this.announcement.afterwards(() -> this.done.add("made: " + this.announcement.isMade()));
		this.announcement.made();

		assertThat(this.done).containsExactly("made: true");
	}

	@Test
	void awaitWhenMadeThenTrueAtOnce() throws Exception {
		this.announcement.made();

		assertThat(this.announcement.await(System.nanoTime())).isTrue();
	}

	@Test
	void awaitWhenDeadlineHasPassedThenFalse() throws Exception {
		assertThat(this.announcement.await(System.nanoTime() - 1)).isFalse();
		assertThat(this.announcement.await(in(Duration.ofMillis(20)))).isFalse();
	}

	@Test
	void awaitWhenMadeMeanwhileThenTrue() throws Exception {
		Caller<Boolean> waiting = Caller.of(() -> this.announcement.await(in(Duration.ofSeconds(20)))).awaitWaiting();
		assertThat(waiting.isDone()).isFalse();
		this.announcement.made();

		assertThat(waiting.result()).isTrue();
	}

	@Test
	void awaitWhenInterruptedThenSaysSo() {
		Caller<Boolean> waiting = Caller.interrupted(() -> this.announcement.await(in(Duration.ofSeconds(20))));

		assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
	}

}
