package io.ductworks.internal.connection;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ActivityTests {

	private int looks;

	private final Activity activity = new Activity(() -> this.looks++);

	@Test
	void activityWhenNewThenQuiet() {
		assertThat(this.activity.isLively()).isFalse();
		assertThat(this.activity.reads()).isZero();
		assertThat(this.activity.arrivals()).isZero();
		assertThat(this.looks).isZero();
	}

	@Test
	void livelyWhenQuietThenHasTheLoopLookOnce() {
		this.activity.lively();
		this.activity.lively();

		assertThat(this.activity.isLively()).isTrue();
		assertThat(this.looks).isEqualTo(1);
	}

	@Test
	void livelyWhenTheLoopIsToldThenIsLivelyAlready() {
		boolean[] seen = { false };
		Activity[] activity = { null };
		activity[0] = new Activity(() -> seen[0] = activity[0].isLively());
		activity[0].lively();

		assertThat(seen[0]).isTrue();
	}

	@Test
	void livelyWhenItBecameQuietMeanwhileThenHasTheLoopLookAgain() {
		this.activity.lively();
		this.activity.quiet();
		assertThat(this.activity.isLively()).isFalse();
		this.activity.lively();

		assertThat(this.looks).isEqualTo(2);
	}

	@Test
	void arrivedWhenQuietThenCountsAndIsLively() {
		this.activity.arrived();

		assertThat(this.activity.arrivals()).isEqualTo(1);
		assertThat(this.activity.isLively()).isTrue();
		assertThat(this.activity.reads()).isZero();
	}

	@Test
	void readWhenNothingComesThenCountsAndStaysQuiet() {
		this.activity.read();

		assertThat(this.activity.reads()).isEqualTo(1);
		assertThat(this.activity.arrivals()).isZero();
		assertThat(this.activity.isLively()).isFalse();
		assertThat(this.looks).isZero();
	}

}
