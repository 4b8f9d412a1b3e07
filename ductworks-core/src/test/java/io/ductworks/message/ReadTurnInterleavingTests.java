package io.ductworks.message;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.ductworks.Interleavings.explore;
import static io.ductworks.Interleavings.never;
import static io.ductworks.Interleavings.require;
import static io.ductworks.Interleavings.together;

/**
 * However the turn is handed on, one has it and nobody who waits for it is forgotten.
 */
@Tag("interleavings")
class ReadTurnInterleavingTests {

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
	void turnWhenThreeWantItThenEachHasItAlone() {
		explore(() -> {
			ReadTurn turn = new ReadTurn();
			AtomicInteger holders = new AtomicInteger();
			together(() -> takeTurn(turn, holders), () -> takeTurn(turn, holders), () -> takeTurn(turn, holders));
			require(!turn.isTaken(), "nobody gave the turn back");
		});
	}

	@Test
	void releaseWhenWhoIsNextIsDoneJustThenThenTheOneBehindHasTheTurn() {
		explore(() -> {
			ReadTurn turn = new ReadTurn();
			AtomicInteger holders = new AtomicInteger();
			AtomicBoolean done = new AtomicBoolean();
			turn.tryAcquire();
			Thread next = new Thread(() -> leaving(turn, done));
			next.start();
			together(() -> takeTurn(turn, holders), () -> {
				done.set(true);
				LockSupport.unpark(next);
				turn.release();
			});
			next.join();
			require(!turn.isTaken(), "nobody gave the turn back");
		});
	}

	@Test
	void releaseWhenWhoIsNextIsInterruptedJustThenThenTheOneBehindHasTheTurn() {
		explore(() -> {
			ReadTurn turn = new ReadTurn();
			AtomicInteger holders = new AtomicInteger();
			turn.tryAcquire();
			Thread next = new Thread(() -> leaving(turn, new AtomicBoolean()));
			next.start();
			together(() -> takeTurn(turn, holders), () -> {
				next.interrupt();
				turn.release();
			});
			next.join();
			require(!turn.isTaken(), "nobody gave the turn back");
		});
	}

	@Test
	void releaseWhenTimeOfWhoIsNextIsOverThenTheOneBehindHasTheTurn() {
		explore(() -> {
			ReadTurn turn = new ReadTurn();
			AtomicInteger holders = new AtomicInteger();
			turn.tryAcquire();
			together(() -> {
				if (turn.acquire(() -> false, System.nanoTime())) {
					turn.release();
				}
			}, () -> takeTurn(turn, holders), turn::release);
			require(!turn.isTaken(), "nobody gave the turn back");
		});
	}

	/**
	 * Waits for the turn, does without it where something else comes first.
	 */
	private static void leaving(ReadTurn turn, AtomicBoolean done) {
		try {
			if (turn.acquire(done::get, never())) {
				turn.release();
			}
		}
		catch (InterruptedException ex) {
			// The one behind is to have it.
		}
	}

}
