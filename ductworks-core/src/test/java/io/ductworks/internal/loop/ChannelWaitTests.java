package io.ductworks.internal.loop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.ductworks.Caller;
import io.ductworks.NothingLeftBehind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class ChannelWaitTests {

	private static final long LONG = TimeUnit.SECONDS.toNanos(20);

	private Pipe pipe;

	private ChannelWait wait;

	@BeforeEach
	void open() throws IOException {
		this.pipe = Pipe.open();
		this.pipe.source().configureBlocking(false);
		this.wait = new ChannelWait(this.pipe.source(), SelectionKey.OP_READ);
	}

	@AfterEach
	void close() throws IOException {
		this.wait.close();
		this.pipe.source().close();
		this.pipe.sink().close();
	}

	private Caller<Boolean> waiting() {
		return Caller.of(() -> this.wait.await(LONG)).awaitWaiting();
	}

	private void write() throws IOException {
		this.pipe.sink().write(ByteBuffer.allocate(1));
	}

	@Test
	void awaitWhenTheChannelIsReadyThenTrueEachTime() throws Exception {
		write();

		assertThat(this.wait.await(LONG)).isTrue();
		assertThat(this.wait.await(LONG)).isTrue();
	}

	@Test
	void awaitWhenTheChannelBecomesReadyThenTrue() throws Exception {
		Caller<Boolean> waiting = waiting();
		assertThat(waiting.isDone()).isFalse();
		write();

		assertThat(waiting.result()).isTrue();
	}

	@Test
	void awaitWhenThereIsNoLimitThenWaitsUntilTheChannelIsReady() throws Exception {
		Caller<Boolean> waiting = Caller.of(() -> this.wait.await(0)).awaitWaiting();
		write();

		assertThat(waiting.result()).isTrue();
	}

	@Test
	void awaitWhenTheTimePassesThenFalseAndNotTooEarly() throws Exception {
		Duration timeout = Duration.ofNanos(30_500_000);
		long started = System.nanoTime();

		assertThat(this.wait.await(timeout.toNanos())).isFalse();
		assertThat(Duration.ofNanos(System.nanoTime() - started)).isGreaterThanOrEqualTo(timeout);
	}

	@Test
	void awaitWhenWokenMeanwhileThenFalse() throws Exception {
		Caller<Boolean> waiting = waiting();
		this.wait.wakeUp();

		assertThat(waiting.result()).isFalse();
	}

	@Test
	void awaitWhenWokenBeforeTheFirstWaitThenTheFirstAloneReturnsAtOnce() throws Exception {
		this.wait.wakeUp();

		assertThat(this.wait.await(LONG)).isFalse();
		assertThat(waiting().isDone()).isFalse();
	}

	@Test
	void awaitWhenWokenBetweenWaitsThenTheNextReturnsAtOnce() throws Exception {
		this.wait.await(1);
		this.wait.wakeUp();

		assertThat(this.wait.await(LONG)).isFalse();
	}

	@Test
	void awaitWhenInterruptedThenSaysSoAndTakesTheFlag() {
		Caller<Boolean> waiting = waiting();
		waiting.interrupt();

		assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
		assertThat(waiting.interruptedAtEnd()).isFalse();
	}

	@Test
	void awaitWhenInterruptIsPendingThenSaysSoThoughTheChannelIsReady() throws Exception {
		write();

		assertThat(Caller.interrupted(() -> this.wait.await(LONG)).failure()).isInstanceOf(InterruptedException.class);
	}

	@Test
	void awaitWhenClosedMeanwhileThenEnds() throws Exception {
		Caller<Boolean> waiting = waiting();
		this.wait.close();

		assertThat(waiting.result()).isNotNull();
	}

	@Test
	void awaitWhenClosedBeforeThenTrueAtOnce() throws Exception {
		this.wait.close();

		assertThat(this.wait.await(LONG)).isTrue();
	}

	@Test
	void awaitWhenTheChannelWasClosedThenTrueAtOnce() throws Exception {
		this.pipe.source().close();

		assertThat(this.wait.await(LONG)).isTrue();
	}

	@Test
	void awaitWhenReleasedBeforeThenWaitsAnew() throws Exception {
		this.wait.await(1);
		this.wait.release();
		Caller<Boolean> waiting = waiting();
		write();

		assertThat(waiting.result()).isTrue();
	}

}
