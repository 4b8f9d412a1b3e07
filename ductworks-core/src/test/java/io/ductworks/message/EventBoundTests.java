package io.ductworks.message;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.Awaiting;
import io.ductworks.Gate;
import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many events wait for an observer that does not come to them.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class EventBoundTests implements DuctFixture {

	private static final int REQUESTS = 30_000;

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private DuctPair echoing(DuctObserver observer) {
		return pair((parent) -> parent.observer(observer),
				(child) -> child.handler((from, message) -> from.send(message.as(Object.class))));
	}

	@Test
	void requestCompletedWhenItHangsThenEventsBeyondABoundAreDroppedAndCounted() throws Exception {
		AtomicInteger told = new AtomicInteger();
		Gate gate = new Gate();
		try (gate; DuctPair pair = echoing(new HangingAtRequest(gate, told))) {
			for (int i = 0; i < REQUESTS; i++) {
				assertThat(pair.parent().<Integer>request(i, Integer.class)).isEqualTo(i);
			}
			DuctStatistics statistics = pair.parent().statistics();
			gate.awaitVisitor();
			assertThat(statistics.eventsDropped()).isBetween(REQUESTS / 3L, REQUESTS - 1L);

			gate.open();
			Awaiting.soon().until(() -> told.get() + statistics.eventsDropped() == REQUESTS);
		}
	}

	@Test
	void requestCompletedWhenItHangsThenDisconnectedIsToldAllTheSame() throws Exception {
		AtomicInteger told = new AtomicInteger();
		EventLog log = new EventLog();
		Gate gate = new Gate();
		try (gate;
				DuctPair pair = pair((parent) -> parent.observer(new HangingAtRequest(gate, told)).observer(log),
						(child) -> child.handler((from, message) -> from.send(message.as(Object.class))))) {
			for (int i = 0; i < REQUESTS; i++) {
				assertThat(pair.parent().<Integer>request(i, Integer.class)).isEqualTo(i);
			}
			pair.child().close();

			log.await("disconnected peer-closed");
			gate.open();
		}
	}

	@Test
	void eventsDroppedWhenObserversKeepUpThenNone() {
		AtomicInteger told = new AtomicInteger();
		try (DuctPair pair = echoing(new DuctObserver() {

			@Override
			public void requestCompleted(MessageDuct duct, RequestOutcome outcome, long nanos) {
				told.incrementAndGet();
			}

		})) {
			for (int i = 1; i <= 100; i++) {
				int count = i;
				assertThat(pair.parent().<Integer>request(i, Integer.class)).isEqualTo(i);
				Awaiting.soon().until(() -> told.get() == count);
			}
			assertThat(pair.parent().statistics().eventsDropped()).isZero();
		}
	}

	/**
	 * Is held up at the first request.
	 */
	private static final class HangingAtRequest implements DuctObserver {

		private final Gate gate;

		private final AtomicInteger told;

		private final AtomicBoolean first = new AtomicBoolean(true);

		HangingAtRequest(Gate gate, AtomicInteger told) {
			this.gate = gate;
			this.told = told;
		}

		@Override
		public void requestCompleted(MessageDuct duct, RequestOutcome outcome, long nanos) {
			if (this.first.getAndSet(false)) {
				this.gate.asTask().run();
			}
			this.told.incrementAndGet();
		}

	}

}
