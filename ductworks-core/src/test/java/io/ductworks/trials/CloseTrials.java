package io.ductworks.trials;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import io.ductworks.RemoteDuctClosedException;
import io.ductworks.message.Accept;
import io.ductworks.message.Certificates;
import io.ductworks.message.DuctBuilder;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Closing with unread input, again and again.
 */
@Tag("trials")
@Timeout(600)
class CloseTrials {

	private static final int CLOSES = Integer.getInteger("trials.closes", 200);

	private static final int MESSAGES = 100;

	private static final Duration SOON = Duration.ofSeconds(20);

	@TempDir
	private static Path certified;

	private static Certificates certificates;

	@BeforeAll
	static void certify() {
		certificates = Certificates.in(certified).with("parent").with("child");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tcp", "tls" })
	void b7CloseWhenBothSidesHaveUnreadInputThenAllThatWasSentArrivesOrIsCounted(String transport) throws Exception {
		List<String> messages = Collections.nCopies(MESSAGES, "x".repeat(200));
		long received = 0;
		long unsent = 0;
		long unhandled = 0;
		try (MessageDuctParent parent = speaking(transport, "parent",
				MessageDuctParent.builder().address("tcp://127.0.0.1:0").accept(Accept.AGAIN))
			.build()) {
			parent.bind();
			for (int i = 0; i < CLOSES; i++) {
				MessageDuctChild child = speaking(transport, "child",
						MessageDuctChild.builder().address(parent.listenerAddress()))
					.build();
				child.connect();
				assertThat(parent.listen(SOON)).isTrue();
				parent.sendAll(messages);
				child.sendAll(messages);
				child.close();
				received += receiveAll(parent);
				unsent += child.statistics().messagesUnsent();
				unhandled += child.statistics().messagesUnhandled();
			}
			assertThat(received + unsent).isEqualTo((long) CLOSES * MESSAGES);
			assertThat(unhandled + parent.statistics().messagesUnsent()).isEqualTo((long) CLOSES * MESSAGES);
		}
		TrialFigures.note("B7", transport,
				CLOSES + " closes with " + MESSAGES + " messages sent and as many unread on both sides",
				received + " of " + (long) CLOSES * MESSAGES + " arrived, " + unsent
						+ " were counted as unsent; of the others' as many, " + unhandled
						+ " were counted as unhandled");
	}

	private static int receiveAll(MessageDuctParent parent) {
		int received = 0;
		try {
			while (true) {
				assertThat(parent.recv(String.class)).hasSize(200);
				received++;
			}
		}
		catch (RemoteDuctClosedException ex) {
			return received;
		}
	}

	private static <B extends DuctBuilder<B>> B speaking(String transport, String certificate, B builder) {
		builder.timeout(SOON);
		if (transport.equals("tls")) {
			SSLContext context = certificates.context(certificate);
			builder.ssl(() -> context, new SSLParameters());
		}
		return builder;
	}

}
