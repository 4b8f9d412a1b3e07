package io.ductworks.message;

import io.ductworks.Awaiting;
import io.ductworks.NothingLeftBehind;
import io.ductworks.TakenLog;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How much of the log a peer can fill.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class LogFloodTests implements DuctFixture {

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	@ParameterizedTest
	@EnumSource(names = { "AGAIN", "MANY" })
	void connectionsWhenManyAreGivenUpThenWarnedOfOnce(Accept accept) throws Exception {
		try (TakenLog log = new TakenLog(); MessageDuctParent parent = bound((builder) -> builder.accept(accept))) {
			for (int i = 0; i < 20; i++) {
				try (DuctPeer peer = Peers.connect(parent.listenerAddress())) {
					peer.send("1");
				}
			}
			Awaiting.soon().until(() -> log.lines("nobody received").size() >= 4);

			assertThat(log.warnings("nobody received")).hasSize(1);
		}
	}

	@Test
	void messagesWhenTheHandlerFailsOnManyThenWarnedOfEachAndOnceWithTheStackTrace() throws Exception {
		IllegalStateException failure = new IllegalStateException("expected by the test");
		try (TakenLog log = new TakenLog();
				MessageDuctParent parent = bound((builder) -> builder.handler((from, message) -> {
					throw failure;
				}));
				DuctPeer peer = Peers.connect(parent.listenerAddress())) {
			for (int i = 0; i < 20; i++) {
				peer.send("1");
			}
			Awaiting.soon().until(() -> log.lines("the handler failed").size() == 20);

			assertThat(log.warnings("the handler failed")).hasSize(20)
				.filteredOn((line) -> line.getThrowableProxy() != null)
				.singleElement()
				.satisfies(
						(line) -> assertThat(line.getThrowableProxy().getStackTraceElementProxyArray()).isNotEmpty());
		}
	}

}
