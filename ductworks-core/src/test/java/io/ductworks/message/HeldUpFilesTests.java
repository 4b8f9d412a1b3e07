package io.ductworks.message;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import io.ductworks.Caller;
import io.ductworks.CommunicationFaultException;
import io.ductworks.Gate;
import io.ductworks.NothingLeftBehind;
import io.ductworks.internal.transport.PlainFileSystem;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A file system that does not answer, as one on a network may.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class HeldUpFilesTests {

	@TempDir
	private Path directory;

	private final AtomicReference<Gate> gate = new AtomicReference<>();

	private MessageDuctParent parent() {
		PlainFileSystem files = new PlainFileSystem(() -> {
			Gate gate = this.gate.get();
			if (gate != null) {
				gate.asTask().run();
			}
		});
		Path path = files.show(this.directory.resolve("a.sock"));
		return MessageDuctParent.builder().address(new DuctAddress.Unix(path)).accept(Accept.MANY).build();
	}

	@Test
	void i6CloseWhenBindIsHeldUpThenReturnsAndTheParentStaysClosed() throws Exception {
		try (MessageDuctParent parent = parent(); Gate gate = new Gate()) {
			this.gate.set(gate);
			Caller<Void> binding = Caller.running(parent::bind);
			gate.awaitVisitor();

			assertThat(parent.isListening()).isFalse();
			parent.close();

			gate.open();
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(binding::result)
				.withMessageContaining("was closed while it was binding unix:" + this.directory.resolve("a.sock"));
			assertThat(parent.isListening()).isFalse();
			assertThat(this.directory.resolve("a.sock")).doesNotExist();

			this.gate.set(null);
			parent.bind();
			assertThat(parent.isListening()).isTrue();
		}
	}

	@Test
	void i6CloseWhenPuttingTheFileBackIsHeldUpThenReturnsAndNothingIsPutBack() throws Exception {
		try (MessageDuctParent parent = parent(); Gate gate = new Gate()) {
			parent.bind();
			Listening listening = Objects.requireNonNull(parent.listening());
			Files.delete(this.directory.resolve("a.sock"));
			this.gate.set(gate);
			Caller<Void> puttingBack = Caller.running(listening::putBack);
			gate.awaitVisitor();

			assertThat(parent.isListening()).isFalse();
			parent.close();

			gate.open();
			puttingBack.result();
			assertThat(parent.isListening()).isFalse();
			assertThat(this.directory.resolve("a.sock")).doesNotExist();
		}
	}

}
