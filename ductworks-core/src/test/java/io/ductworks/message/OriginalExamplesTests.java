package io.ductworks.message;

import java.time.Duration;

import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The two examples of the original's documentation, nearly line by line.
 */
@ExtendWith(NothingLeftBehind.class)
class OriginalExamplesTests {

	@Test
	void pairWhenMessageIsBouncedThenBothEndsHaveIt() {
		// tag::pair[]
		try (DuctPair pair = DuctPair.create()) {
			MessageDuct parent = pair.parent();
			MessageDuct child = pair.child();

			parent.send("hello!");

			assertThat(child.poll(Duration.ofSeconds(1))).isTrue();
			Object received = child.recv();
			assertThat(received).isEqualTo("hello!");
			child.send(received);

			assertThat(parent.poll(Duration.ofSeconds(1))).isTrue();
			assertThat(parent.recv()).isEqualTo("hello!");
		}
		// end::pair[]
	}

	@Test
	void tcpPairWhenChildClosesThenParentReceivesTheEnd() {
		// tag::tcp[]
		try (MessageDuctParent parent = MessageDuctParent.pseudoAnonymousTcp()) {
			parent.bind();
			DuctAddress.Tcp address = (DuctAddress.Tcp) parent.listenerAddress();

			MessageDuctChild child = MessageDuctChild.pseudoAnonymousTcp(address.host(), address.port());
			child.connect();

			while (!parent.listen(Duration.ofSeconds(1))) {
				// Looks every second, for ever, whether a child has connected.
			}

			parent.send("test");
			assertThat(child.poll(Duration.ofSeconds(1))).isTrue();
			assertThat(child.recv(String.class)).isEqualTo("test");

			child.close();
			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(parent::recv);
		}
		// end::tcp[]
	}

}
