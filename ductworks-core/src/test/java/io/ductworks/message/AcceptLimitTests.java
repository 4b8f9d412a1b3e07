package io.ductworks.message;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class AcceptLimitTests {

	private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

	@ParameterizedTest
	@ValueSource(longs = { 0, Long.MAX_VALUE - 10, Long.MIN_VALUE })
	void nanosToNextWhenAsManyAsASecondAllowsWereTakenThenTheNextWaitsForItsShare(long now) {
		AcceptLimit limit = new AcceptLimit(10, now);
		for (int i = 0; i < 10; i++) {
			assertThat(limit.nanosToNext(now)).isZero();
			limit.take(now);
		}

		assertThat(limit.nanosToNext(now)).isEqualTo(SECOND / 10);
		assertThat(limit.nanosToNext(now + SECOND / 10)).isZero();
	}

	@Test
	void nanosToNextWhenNobodyCameForLongThenNoMoreThanASecondIsSavedUp() {
		AcceptLimit limit = new AcceptLimit(2, 0);
		long later = 60 * SECOND;
		limit.take(later);
		limit.take(later);

		assertThat(limit.nanosToNext(later)).isEqualTo(SECOND / 2);
	}

}
