package io.ductworks.trials;

import java.nio.file.Path;

import io.ductworks.message.MessageDuctChild;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A runtime that has not every module, as an image made by {@code jlink}.
 */
@Timeout(60)
class RuntimeImageTests {

	private static final String WITHOUT_JDK_NET = "--limit-modules=java.base,java.logging,java.management,java.naming,java.sql,java.xml";

	@TempDir
	private Path directory;

	@Test
	void b10TcpWhenThereIsNoModuleJdkNetThenWorks() throws Exception {
		try (PeerProcess parent = PeerProcess.launch("parent", "tcp://127.0.0.1:0").java(WITHOUT_JDK_NET).start();
				PeerProcess child = PeerProcess.launch("child", parent.address()).java(WITHOUT_JDK_NET).start();
				MessageDuctChild asking = MessageDuctChild.builder().address(parent.address()).build()) {
			asking.connect();
			assertThat(asking.request("over TCP", String.class)).isEqualTo("over TCP");
			assertThat(child.isAlive()).isTrue();
		}
	}

	@Test
	void b10UnixWhenThereIsNoModuleJdkNetThenSaysWhatIsMissing() throws Exception {
		String address = "unix:" + this.directory.resolve("a.sock");
		try (PeerProcess idle = PeerProcess.launch("idle", address).java(WITHOUT_JDK_NET).start()) {
			idle.command("bind");
			assertThat(idle.awaitLine("not bound")).contains("no module jdk.net").contains("--add-modules jdk.net");
		}
		assertThat(this.directory).isEmptyDirectory();
	}

}
