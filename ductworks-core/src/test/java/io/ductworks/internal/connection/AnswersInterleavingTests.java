package io.ductworks.internal.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.internal.frame.FrameWriter;
import io.ductworks.internal.frame.FrameWriter.Offer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.ductworks.Interleavings.explore;
import static io.ductworks.Interleavings.never;
import static io.ductworks.Interleavings.require;
import static io.ductworks.Interleavings.requireEqual;
import static io.ductworks.Interleavings.together;

/**
 * However answers, time-outs and the end come together, each request ends exactly once.
 */
@Tag("interleavings")
class AnswersInterleavingTests {

	/** More than are needed to see each of the mistakes that were made on trial. */
	private static final int ORDERS = 200;

	private static final long TIMEOUT = Duration.ofSeconds(1).toNanos();

	private static PendingAnswer request() {
		return PendingAnswer.ofCaller(System.nanoTime(), TIMEOUT, (answer) -> {
		});
	}

	private static void count(AtomicInteger counter, boolean counts) {
		if (counts) {
			counter.incrementAndGet();
		}
	}

	@Test
	void requestWhenAnswerAndFailureAndTimeoutComeTogetherThenOneEndsIt() {
		explore(ORDERS, () -> {
			PendingAnswer request = request();
			AtomicInteger ends = new AtomicInteger();
			together(() -> count(ends, request.come(PendingAnswer.Answer.of(new byte[0]))),
					() -> count(ends, request.fail(End.LOCAL, true)), () -> count(ends, request.giveUp()));
			require(request.isDone(), "not ended");
			requireEqual(ends.get(), 1);
		});
	}

	@Test
	void requestsWhenTwoAskThenWhoeverReadsAnswersBoth() {
		explore(ORDERS, () -> {
			ReadTurn turn = new ReadTurn();
			Answers pending = new Answers(AnswersByOrder::new);
			AtomicInteger answers = new AtomicInteger();
			together(() -> ask(turn, pending, answers), () -> ask(turn, pending, answers));
			requireEqual(answers.get(), 2);
			require(!turn.isTaken(), "nobody gave the turn back");
		});
	}

	/**
	 * Waits for the own answer, and has the oldest request answered while it has the
	 * turn, as the requester that reads for everybody does.
	 */
	private static void ask(ReadTurn turn, Answers pending, AtomicInteger answers) throws InterruptedException {
		PendingAnswer request = request();
		pending.add(request);
		while (!request.isDone()) {
			if (turn.acquire(request::isDone, never())) {
				PendingAnswer oldest = request.isDone() ? null : pending.take(0);
				if (oldest != null) {
					count(answers, oldest.come(PendingAnswer.Answer.of(new byte[0])));
				}
				turn.release();
			}
		}
		require(request.answer() != null, "no payload");
	}

	@Test
	void takeOldestWhenAllAreTakenAtTheSameTimeThenEachRequestGoesToOneAndInOrder() {
		explore(ORDERS, () -> {
			Answers pending = new Answers(AnswersByOrder::new);
			List<PendingAnswer> added = List.of(request(), request(), request());
			List<PendingAnswer> answered = new ArrayList<>();
			List<PendingAnswer> failed = new ArrayList<>();
			pending.add(added.get(0));
			together(() -> {
				pending.add(added.get(1));
				pending.add(added.get(2));
			}, () -> {
				for (int i = 0; i < 2; i++) {
					PendingAnswer oldest = pending.take(0);
					if (oldest != null) {
						answered.add(oldest);
					}
				}
			}, () -> failed.addAll(pending.takeAll()));
			failed.addAll(pending.takeAll());
			require(Collections.disjoint(answered, failed), "taken twice");
			requireEqual(answered.size() + failed.size(), 3);
			requireInOrder(answered, added);
			requireInOrder(failed, added);
		});
	}

	private static void requireInOrder(List<PendingAnswer> taken, List<PendingAnswer> added) {
		for (int i = 1; i < taken.size(); i++) {
			require(added.indexOf(taken.get(i - 1)) < added.indexOf(taken.get(i)), "order");
		}
	}

	@Test
	void requestWhenConnectionEndsThenItIsRefusedOrFailsWithIt() {
		explore(ORDERS, () -> {
			FrameWriter writer = new FrameWriter(100);
			Answers pending = new Answers(AnswersByOrder::new);
			PendingAnswer request = request();
			Offer[] offer = new Offer[1];
			together(() -> offer[0] = writer.offer(new byte[1], 0, 1, () -> pending.add(request)), () -> {
				writer.close();
				pending.takeAll().forEach((failed) -> failed.fail(End.LOCAL, true));
			});
			requireEqual(request.isDone(), offer[0] == Offer.QUEUED);
		});
	}

}
