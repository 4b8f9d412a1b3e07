package io.ductworks.internal.connection;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.ductworks.Interleavings.explore;
import static io.ductworks.Interleavings.never;
import static io.ductworks.Interleavings.require;
import static io.ductworks.Interleavings.together;

/**
 * However the turn is handed on, one has it. That nobody who waits is forgotten is tested
 * on real threads, in {@link ReadTurnTests}: here a wait with a time-out may end at once.
 */
@Tag("interleavings")
class ReadTurnInterleavingTests {

	/** More than are needed to see each of the mistakes that were made on trial. */
	private static final int ORDERS = 400;

	/**
	 * Takes the turn, reads and gives it back.
	 */
	private static void takeTurn(ReadTurn turn, AtomicInteger holders) throws InterruptedException {
		require(turn.acquire(() -> false, never()), "left without the turn");
		require(holders.incrementAndGet() == 1, "two have the turn");
		holders.decrementAndGet();
		turn.release();
	}

	@Test
	void turnWhenTwoWantItThenEachHasItAlone() {
		explore(ORDERS, () -> {
			ReadTurn turn = new ReadTurn();
			AtomicInteger holders = new AtomicInteger();
			together(() -> takeTurn(turn, holders), () -> takeTurn(turn, holders));
			require(!turn.isTaken(), "nobody gave the turn back");
		});
	}

}
