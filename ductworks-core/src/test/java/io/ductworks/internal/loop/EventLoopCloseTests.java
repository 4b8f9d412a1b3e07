package io.ductworks.internal.loop;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.Caller;
import io.ductworks.Gate;
import io.ductworks.NothingLeftBehind;
import io.ductworks.TakenLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Closing so that the operating system has let go on return.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class EventLoopCloseTests {

	@Test
	void closeWhenReturnedThenChannelIsReleased() throws Exception {
		EventLoop loop = Loops.started();
		Pipe pipe = Pipe.open();
		pipe.source().configureBlocking(false);
		SelectionKey key = loop.register(pipe.source(), SelectionKey.OP_READ, (ready) -> {
		});
		loop.close(pipe.source());

		assertThat(key.isValid()).isFalse();
		assertThat(pipe.source().isRegistered()).isFalse();
		Loops.stop(loop);
		pipe.sink().close();
	}

	@Test
	void closeWhenItFailsThenReturnsAllTheSame() throws Exception {
		EventLoop loop = Loops.started();
		try (TakenLog log = new TakenLog()) {
			loop.close(() -> {
				throw new IOException("expected by the test");
			});
			loop.close(() -> {
				throw new IllegalStateException("expected by the test");
			});
			loop.close(() -> {
				throw new LinkageError("expected by the test");
			});

			assertThat(log.lines("Closing failed")).hasSize(3);
		}
		finally {
			Loops.stop(loop);
		}
	}

	@Test
	void closeWhenLoopHasEndedThenReturns() throws Exception {
		EventLoop loop = Loops.started();
		Loops.stop(loop);
		AtomicInteger closed = new AtomicInteger();
		loop.close(closed::incrementAndGet);

		assertThat(closed).hasValue(1);
	}

	@Test
	void closeWhenSomethingHoldsUpTheThreadThenReturnsAfterAWhileAndWarns() throws Exception {
		EventLoop loop = Loops.started();
		Gate gate = new Gate();
		loop.execute(gate.asTask());
		gate.awaitVisitor();
		try (TakenLog log = new TakenLog()) {
			AtomicInteger closed = new AtomicInteger();
			loop.close(closed::incrementAndGet);

			assertThat(closed).hasValue(1);
			assertThat(log.warnings("has not let go of a closed channel")).hasSize(1);
		}
		gate.open();
		Loops.stop(loop);
	}

	@Test
	void closeWhenInterruptedThenGoesOnWaitingAndTheFlagStays() throws Exception {
		EventLoop loop = Loops.started();
		Gate gate = new Gate();
		loop.execute(gate.asTask());
		gate.awaitVisitor();
		try (TakenLog log = new TakenLog()) {
			Caller<Void> close = Caller.interrupted(Caller.callable(() -> loop.close(() -> {
			}))).awaitWaiting();
			gate.open();
			close.result();

			assertThat(close.interruptedAtEnd()).isTrue();
			assertThat(log.lines("has not let go")).isEmpty();
		}
		Loops.stop(loop);
	}

}
