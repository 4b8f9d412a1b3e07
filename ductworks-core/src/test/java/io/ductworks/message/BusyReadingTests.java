package io.ductworks.message;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.Caller;
import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.codec.MessageCodec;
import io.ductworks.internal.transport.ByteConnection;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Time-outs and interrupts while bytes keep coming and make no message whole.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class BusyReadingTests {

	private static final int LENGTH = 32 * 1024 * 1024;

	private static final Duration WAIT = Duration.ofMillis(50);

	private static RiggedChild child(Duration timeout, Trickle trickle) throws IOException {
		return RiggedChild.of(
				(builder) -> builder.name("busy").codec(MessageCodec.bytes()).maxFrameSize(LENGTH).timeout(timeout),
				trickle::rig);
	}

	@ParameterizedTest
	@EnumSource
	void callerWhenItsTimeoutPassesWhileBytesKeepComingThenEndsBeforeTheMessageIsWhole(Call call) throws Exception {
		Trickle trickle = new Trickle(false);
		try (RiggedChild rigged = child(WAIT, trickle)) {
			call.prepare(trickle);
			Caller<Boolean> caller = Caller.of(() -> call.endsInTime(rigged.child(), WAIT));

			assertThat(caller.result()).as("ended by its time-out").isTrue();
			assertThat(trickle.reads.get()).isLessThan(LENGTH);
		}
	}

	@ParameterizedTest
	@EnumSource
	void callerWhenInterruptIsPendingWhileBytesKeepComingThenEndsBeforeTheMessageIsWhole(Call call) throws Exception {
		Trickle trickle = new Trickle(false);
		try (RiggedChild rigged = child(Duration.ofSeconds(20), trickle)) {
			call.prepare(trickle);
			Caller<Boolean> caller = Caller.interrupted(() -> call.endsInTime(rigged.child(), Duration.ofSeconds(20)));

			assertThat(caller.failure()).isInstanceOf(DuctInterruptedException.class);
			assertThat(caller.interruptedAtEnd()).isTrue();
			assertThat(trickle.reads.get()).isLessThan(LENGTH);
		}
	}

	@ParameterizedTest
	@EnumSource
	void callerWhenInterruptedWhileBytesKeepComingThenEndsBeforeTheMessageIsWhole(Call call) throws Exception {
		Trickle trickle = new Trickle(true);
		try (RiggedChild rigged = child(Duration.ofSeconds(20), trickle)) {
			call.prepare(trickle);
			Caller<Boolean> caller = Caller.of(() -> call.endsInTime(rigged.child(), Duration.ofSeconds(20)));

			assertThat(caller.failure()).isInstanceOf(DuctInterruptedException.class);
			assertThat(caller.interruptedAtEnd()).isTrue();
			assertThat(trickle.reads.get()).isLessThan(LENGTH);
		}
	}

	/**
	 * What waits for a message.
	 */
	private enum Call {

		POLL {

			@Override
			boolean endsInTime(MessageDuct duct, Duration timeout) {
				return !duct.poll(timeout);
			}

		},

		RECV {

			@Override
			boolean endsInTime(MessageDuct duct, Duration timeout) {
				try {
					duct.recv(byte[].class);
					return false;
				}
				catch (DuctTimeoutException ex) {
					return true;
				}
			}

		},

		/** The answer comes once the request is written. */
		REQUEST {

			@Override
			void prepare(Trickle trickle) {
			}

			@Override
			boolean endsInTime(MessageDuct duct, Duration timeout) {
				try {
					duct.request(new byte[] { 1 }, byte[].class, timeout);
					return false;
				}
				catch (DuctTimeoutException ex) {
					return true;
				}
			}

		};

		void prepare(Trickle trickle) throws IOException {
			trickle.begin();
		}

		abstract boolean endsInTime(MessageDuct duct, Duration timeout);

	}

	/**
	 * A message that comes byte by byte, as fast as it is read.
	 */
	private static final class Trickle {

		/** After so many reads of its own a caller is interrupted. */
		private static final int READS_BEFORE_INTERRUPT = 100;

		private final AtomicInteger reads = new AtomicInteger();

		private final AtomicInteger readsOfCaller = new AtomicInteger();

		private final boolean interrupting;

		private volatile boolean begun;

		private SocketChannel peer;

		Trickle(boolean interrupting) {
			this.interrupting = interrupting;
		}

		ByteConnection rig(ByteConnection channel, SocketChannel peer) {
			this.peer = peer;
			return new ForwardingConnection(channel) {

				@Override
				public int read(ByteBuffer target) {
					return readByte(target);
				}

				@Override
				public int write(ByteBuffer source) throws IOException {
					int written = super.write(source);
					begin();
					return written;
				}

			};
		}

		/**
		 * Makes the socket readable for good, since nobody takes this byte.
		 */
		void begin() throws IOException {
			if (!this.begun) {
				this.begun = true;
				this.peer.write(ByteBuffer.allocate(1));
			}
		}

		private int readByte(ByteBuffer target) {
			if (!this.begun || this.reads.get() > LENGTH) {
				return 0;
			}
			if (this.interrupting && Thread.currentThread().getName().equals("caller")
					&& this.readsOfCaller.incrementAndGet() == READS_BEFORE_INTERRUPT) {
				Thread.currentThread().interrupt();
			}
			int before = target.position();
			if (this.reads.getAndIncrement() == 0) {
				target.put((byte) 0x54).putInt(LENGTH);
			}
			else {
				target.put((byte) 1);
			}
			return target.position() - before;
		}

	}

}
