package io.ductworks.internal.connection;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two looks without a read in between make a connection quiet.
 */
class QuietnessTests {

	private static final long NOW = 1_000_000_000;

	private final Activity activity = new Activity(() -> {
	});

	private final FrameClock clock = new FrameClock();

	private boolean mayBecomeQuiet = true;

	private int asked;

	private final Quietness quietness = new Quietness(this.activity, this.clock, this::becomeQuiet);

	private boolean becomeQuiet() {
		this.asked++;
		if (this.mayBecomeQuiet) {
			this.activity.quiet();
		}
		return this.mayBecomeQuiet;
	}

	private long look(long now) {
		return this.quietness.expired(now);
	}

	@Test
	void nanosLeftWhenQuietThenNever() {
		assertThat(this.quietness.nanosLeft(NOW)).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void nanosLeftWhenItHasJustBecomeLivelyThenLooksAtOnce() {
		this.activity.lively();

		assertThat(this.quietness.nanosLeft(NOW)).isZero();
	}

	@Test
	void expiredWhenItHasJustBecomeLivelyThenOnlyLooks() {
		this.activity.lively();

		assertThat(look(NOW)).isEqualTo(Quietness.LOOK_NANOS);
		assertThat(this.asked).isZero();
		assertThat(this.quietness.nanosLeft(NOW + 1)).isEqualTo(Quietness.LOOK_NANOS - 1);
	}

	@Test
	void expiredWhenNobodyHasReadSinceTheLastLookThenBecomesQuietAndLooksNoMore() {
		this.activity.lively();
		look(NOW);

		assertThat(look(NOW + Quietness.LOOK_NANOS)).isEqualTo(Long.MAX_VALUE);
		assertThat(this.asked).isEqualTo(1);
		assertThat(this.quietness.nanosLeft(NOW + Quietness.LOOK_NANOS)).isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void expiredWhenSomebodyHasReadSinceTheLastLookThenStaysLively() {
		this.activity.lively();
		look(NOW);
		this.activity.read();

		assertThat(look(NOW + Quietness.LOOK_NANOS)).isEqualTo(Quietness.LOOK_NANOS);
		assertThat(this.asked).isZero();
		assertThat(this.activity.isLively()).isTrue();
	}

	@Test
	void expiredWhenAThreadIsAtWorkOnItThenLooksAgain() {
		this.activity.lively();
		look(NOW);
		this.mayBecomeQuiet = false;

		assertThat(look(NOW + Quietness.LOOK_NANOS)).isEqualTo(Quietness.LOOK_NANOS);
		assertThat(this.asked).isEqualTo(1);
		assertThat(this.activity.isLively()).isTrue();
	}

	@Test
	void expiredWhenAFrameBeganMeanwhileThenLooksAgainAllTheSame() {
		this.activity.lively();
		look(NOW);
		this.clock.unfinished(3);

		assertThat(look(NOW + Quietness.LOOK_NANOS)).isEqualTo(Quietness.LOOK_NANOS);
	}

	@Test
	void expiredWhenItIsLivelyAgainThenTheFirstLookCountsForNothing() {
		this.activity.lively();
		look(NOW);
		look(NOW + Quietness.LOOK_NANOS);
		this.activity.lively();
		assertThat(this.quietness.nanosLeft(NOW)).isZero();

		assertThat(look(NOW + 2 * Quietness.LOOK_NANOS)).isEqualTo(Quietness.LOOK_NANOS);
		assertThat(this.asked).isEqualTo(1);
	}

	@Test
	void maxNanosWhenComparedToTheLooksThenCoversTwoOfThem() {
		assertThat(Quietness.MAX_NANOS).isGreaterThanOrEqualTo(2 * Quietness.LOOK_NANOS);
	}

}
