package io.ductworks.message;

import java.time.Duration;

import io.ductworks.Caller;
import io.ductworks.Gate;
import io.ductworks.message.HandlerSwitch.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class HandlerSwitchTests {

	private final HandlerSwitch handlers = new HandlerSwitch(256);

	private volatile boolean open = true;

	private Mode begin() {
		return this.handlers.begin(() -> this.open, Serving.NOT);
	}

	/**
	 * Whether no handler runs, as another thread than that of a handler sees it.
	 */
	private boolean isIdle() throws Exception {
		return Caller.of(() -> this.handlers.awaitIdle(System.nanoTime())).result();
	}

	@Test
	void beginWhenNewThenHandsOutAndCountsTheHandler() throws Exception {
		assertThat(begin()).isEqualTo(Mode.HAND_OUT);
		assertThat(isIdle()).isFalse();
		this.handlers.end();
		assertThat(isIdle()).isTrue();
	}

	@Test
	void beginWhenTheDuctWasClosedThenSuspendsAndCountsNoHandler() throws Exception {
		this.handlers.change(() -> this.open = false);

		assertThat(begin()).isEqualTo(Mode.SUSPEND);
		assertThat(isIdle()).isTrue();
	}

	@Test
	void beginWhenTheDuctWasClosedWhileItRefusesThenSuspendsAllTheSame() {
		this.handlers.refuse();
		this.handlers.change(() -> this.open = false);

		assertThat(begin()).isEqualTo(Mode.SUSPEND);
	}

	@Test
	void beginWhenSuspendedThenCountsNoHandler() throws Exception {
		this.handlers.suspend();

		assertThat(this.handlers.isSuspended()).isTrue();
		assertThat(begin()).isEqualTo(Mode.SUSPEND);
		assertThat(isIdle()).isTrue();
	}

	@Test
	void beginWhenRefusingThenCountsNoHandler() throws Exception {
		this.handlers.refuse();

		assertThat(this.handlers.isSuspended()).isFalse();
		assertThat(begin()).isEqualTo(Mode.REFUSE);
		assertThat(isIdle()).isTrue();
	}

	@Test
	void resumeWhenSuspendedOrRefusingThenHandsOutAgain() {
		this.handlers.suspend();
		this.handlers.resume();
		assertThat(begin()).isEqualTo(Mode.HAND_OUT);
		this.handlers.refuse();
		this.handlers.resume();
		assertThat(begin()).isEqualTo(Mode.HAND_OUT);
	}

	@Test
	void changeWhenAHandlerIsAboutToBeCalledThenWaitsForThat() throws Exception {
		Caller<?>[] change = { null };
		Mode mode = this.handlers.begin(() -> {
			change[0] = Caller.running(() -> this.handlers.change(() -> this.open = false)).awaitWaiting();
			return this.open;
		}, Serving.NOT);
		change[0].result();

		assertThat(mode).isEqualTo(Mode.HAND_OUT);
		assertThat(begin()).isEqualTo(Mode.SUSPEND);
	}

	@Test
	void awaitIdleWhenSeveralRunThenWaitsForTheLast() throws Exception {
		Gate gate = new Gate();
		try (gate) {
			begin();
			Caller<Void> other = Caller.running(() -> {
				begin();
				gate.asTask().run();
				this.handlers.end();
			});
			gate.awaitVisitor();
			Caller<Boolean> idle = Caller
				.of(() -> this.handlers.awaitIdle(System.nanoTime() + Duration.ofSeconds(20).toNanos()))
				.awaitWaiting();
			this.handlers.end();
			assertThat(isIdle()).isFalse();
			assertThat(idle.isDone()).isFalse();
			gate.open();
			other.result();

			assertThat(idle.result()).isTrue();
		}
	}

	@Test
	void b6AwaitIdleWhenTheCallerRunsAHandlerThenDoesNotWaitForItself() throws Exception {
		begin();
		assertThat(this.handlers.awaitIdle(System.nanoTime())).isTrue();

		assertThat(isIdle()).isFalse();
		this.handlers.end();
	}

	@Test
	void awaitIdleWhenInterruptedThenSaysSo() {
		begin();
		Caller<Boolean> idle = Caller
			.interrupted(() -> this.handlers.awaitIdle(System.nanoTime() + Duration.ofSeconds(20).toNanos()));

		assertThat(idle.failure()).isInstanceOf(InterruptedException.class);
	}

}
