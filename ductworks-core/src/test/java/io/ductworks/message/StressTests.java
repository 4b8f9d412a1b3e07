package io.ductworks.message;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.DuctInterruptedException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What can only be met on a real connection, by trying often: interrupts, and work that
 * is handed from one thread to another.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class StressTests implements DuctFixture {

	private static final long FIRST_PAUSE_NANOS = 50_000;

	private static final long LONGER_EACH_TIME_NANOS = 500;

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	/**
	 * Interrupts callers in turn until all have ended. The pauses get longer, so that
	 * calls that take long on a busy machine come to their end.
	 * @return how often
	 */
	private static int interrupt(List<Caller<Integer>> callers) {
		int count = 0;
		while (!callers.stream().allMatch(Caller::isDone)) {
			callers.get(count++ % callers.size()).interrupt();
			LockSupport.parkNanos(FIRST_PAUSE_NANOS + count * LONGER_EACH_TIME_NANOS);
		}
		return count;
	}

	/**
	 * Tries until the call is not ended by an interrupt.
	 * @return how often it was
	 */
	private static int insist(Runnable call) {
		for (int interrupts = 0;; interrupts++) {
			try {
				call.run();
				return interrupts;
			}
			catch (DuctInterruptedException ex) {
				assertThat(Thread.interrupted()).isTrue();
			}
		}
	}

	/**
	 * Mostly small, some large enough to be lent, together more than there is room for.
	 */
	private static String message(int sender, int number) {
		return sender + ":" + number + ":" + "x".repeat((number % 40 == 0) ? 100_000 : number % 7 * 50);
	}

	@Test
	void sendAndRecvWhenInterruptedAgainAndAgainThenNothingIsLostDoubledOrTorn() throws Exception {
		int each = 6000;
		try (DuctPair pair = pair()) {
			AtomicIntegerArray next = new AtomicIntegerArray(2);
			Caller<Integer> receiver = Caller.of(() -> {
				int interrupts = 0;
				for (int i = 0; i < 2 * each; i++) {
					interrupts += (i % 3 == 0) ? insist(() -> assertThat(pair.parent().poll(SOON)).isTrue()) : 0;
					interrupts += insist(() -> {
						String message = pair.parent().recv(String.class);
						int sender = message.charAt(0) - '0';
						assertThat(message).isEqualTo(message(sender, next.getAndIncrement(sender)));
					});
				}
				return interrupts;
			});
			List<Caller<Integer>> callers = List.of(receiver, sender(pair.child(), 0, each),
					sender(pair.child(), 1, each));
			interrupt(callers);

			for (Caller<Integer> caller : callers) {
				caller.result();
			}
			assertThat(receiver.result()).isPositive();
			assertThat(next.get(0)).isEqualTo(each);
			assertThat(next.get(1)).isEqualTo(each);
			pair.child().send("the duct lives on");
			assertThat(pair.parent().recv()).isEqualTo("the duct lives on");
		}
	}

	private static Caller<Integer> sender(MessageDuct duct, int sender, int count) {
		return Caller.of(() -> {
			int interrupts = 0;
			for (int i = 0; i < count; i++) {
				String message = message(sender, i);
				interrupts += insist(() -> duct.send(message));
			}
			return interrupts;
		});
	}

	@Test
	void requestWhenInterruptedAgainAndAgainThenEachGetsItsOwnAnswerOrNone() throws Exception {
		int each = 500;
		DuctHandler echo = (from, message) -> from.send(message.as(String.class));
		try (DuctPair pair = pair((parent) -> parent, (child) -> child.handler(echo))) {
			List<Caller<Integer>> callers = new ArrayList<>();
			for (int requester = 0; requester < 3; requester++) {
				callers.add(requester(pair.parent(), requester, each));
			}
			interrupt(callers);

			int aborted = 0;
			for (Caller<Integer> caller : callers) {
				aborted += caller.result();
			}
			DuctStatistics statistics = pair.parent().statistics();
			assertThat(aborted).isPositive();
			assertThat(statistics.requests(RequestOutcome.SUCCESS)).isEqualTo(3 * each);
			assertThat(pair.parent().request("the duct lives on", String.class)).isEqualTo("the duct lives on");
			assertThat(statistics.requests(RequestOutcome.TIMEOUT)).isZero();
		}
	}

	private static Caller<Integer> requester(MessageDuct duct, int requester, int count) {
		return Caller.of(() -> {
			int interrupts = 0;
			for (int i = 0; i < count; i++) {
				String question = message(requester, i);
				interrupts += insist(() -> assertThat(duct.request(question, String.class)).isEqualTo(question));
			}
			return interrupts;
		});
	}

	@Test
	void sendWhenWritingIsLeftToTheLoopThenEachMessageGoesOut() {
		try (DuctPair pair = pair()) {
			for (int i = 0; i < 5000; i++) {
				// The second and third follow so soon that the loop is to write them, and
				// nobody comes to do so in its place.
				pair.parent().send(i);
				pair.parent().send(i + 1);
				pair.parent().send(i + 2);

				for (int j = 0; j < 3; j++) {
					assertThat(pair.child().recv(Integer.class)).isEqualTo(i + j);
				}
			}
		}
	}

	@Test
	void sendWhenSeveralFlowAndStopAgainAndAgainThenTheLastOfEachGoesOutAsWell() throws Exception {
		int each = 1500;
		String text = "x".repeat(100);
		try (DuctPair pair = pair()) {
			for (int round = 0; round < 60; round++) {
				// More than is gathered for a write, and nobody comes to write the rest.
				List<Caller<Integer>> senders = List.of(flow(pair.parent(), text, each),
						flow(pair.parent(), text, each));

				for (int i = 0; i < 2 * each; i++) {
					assertThat(pair.child().recv(String.class)).isEqualTo(text);
				}
				for (Caller<Integer> sender : senders) {
					sender.result();
				}
			}
		}
	}

	private static Caller<Integer> flow(MessageDuct duct, String text, int count) {
		return Caller.of(() -> {
			for (int i = 0; i < count; i++) {
				duct.send(text);
			}
			return count;
		});
	}

	@Test
	void requestWhenOthersFlowThenIsAnsweredBesides() throws Exception {
		int each = 20_000;
		AtomicInteger flowed = new AtomicInteger();
		DuctHandler handler = (from, message) -> {
			String text = message.as(String.class);
			if (text.startsWith("?")) {
				from.send(text);
			}
			else {
				flowed.incrementAndGet();
			}
		};
		try (DuctPair pair = pair((parent) -> parent.mixedTraffic(true), (child) -> child.handler(handler))) {
			Caller<Integer> sender = flow(pair.parent(), "x".repeat(100), each);
			for (int i = 0; i < 200; i++) {
				assertThat(pair.parent().request("?" + i, String.class)).isEqualTo("?" + i);
			}
			sender.result();
			Awaiting.soon().until(() -> flowed.get() == each);
		}
	}

	@Test
	void recvWhenWritingWasLeftToTheLoopThenBothComeToItAndOneWrites() {
		DuctHandler echo = (from, message) -> from.send(message.as(Integer.class));
		try (DuctPair pair = pair((parent) -> parent, (child) -> child.handler(echo))) {
			for (int i = 0; i < 5000; i++) {
				pair.parent().send(i);
				pair.parent().send(i + 1);

				assertThat(pair.parent().recv(Integer.class)).isEqualTo(i);
				assertThat(pair.parent().recv(Integer.class)).isEqualTo(i + 1);
			}
		}
	}

	@Test
	void resumeWhenSuspendedAMomentBeforeThenEachMessageIsHandledOnceAndNeverTwoAtOnce() throws Exception {
		Semaphore handled = new Semaphore(0);
		AtomicInteger next = new AtomicInteger();
		AtomicInteger running = new AtomicInteger();
		AtomicInteger wrong = new AtomicInteger();
		DuctHandler handler = (from, message) -> {
			boolean alone = running.incrementAndGet() == 1;
			boolean inOrder = message.as(Integer.class) == next.getAndIncrement();
			if (!alone || !inOrder) {
				wrong.incrementAndGet();
			}
			running.decrementAndGet();
			handled.release();
		};
		try (DuctPair pair = pair((parent) -> parent, (child) -> child.handler(handler))) {
			for (int i = 0; i < 6000; i++) {
				pair.child().suspend();
				pair.parent().send(i);
				// The worker finds the message now and goes, earlier or later in each
				// round.
				spin(i % 400 * 250L);
				pair.child().resume();

				assertThat(handled.tryAcquire(20, TimeUnit.SECONDS)).as("handled").isTrue();
			}
			assertThat(wrong).hasValue(0);
			assertThat(next).hasValue(6000);
		}
	}

	private static void spin(long nanos) {
		long started = System.nanoTime();
		while (System.nanoTime() - started < nanos) {
			Thread.onSpinWait();
		}
	}

}
