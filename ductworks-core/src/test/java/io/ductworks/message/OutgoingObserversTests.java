package io.ductworks.message;

import java.lang.management.ManagementFactory;

import com.sun.management.ThreadMXBean;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a duct pays for observers that it does not have.
 */
class OutgoingObserversTests {

	private static final int MESSAGES = 10_000;

	@Test
	void messagesWhenNobodyObservesThenTakeNoMemory() {
		try (MessageDuctParent parent = MessageDuctParent.builder().address(new DuctAddress.Inproc("quiet")).build()) {
			OutgoingObservers observers = parent.parts().scope().outgoing();
			RpcCall call = new RpcCall("note", "x");
			allocated();
			long before = allocated();
			int observed = 0;
			for (int i = 0; i < MESSAGES; i++) {
				observed += (observers.begin(call, true) != null) ? 1 : 0;
			}
			long taken = allocated() - before;

			assertThat(observed).isZero();
			// The smallest object takes 16 bytes.
			assertThat(taken).isLessThan(8 * MESSAGES);
		}
	}

	private static long allocated() {
		return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
	}

}
