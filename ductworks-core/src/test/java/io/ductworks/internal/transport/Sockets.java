package io.ductworks.internal.transport;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.function.Executable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What tests of listeners and connections do again and again.
 */
final class Sockets {

	/** Somebody who is neither root nor whoever runs the tests. */
	static final String STRANGER = "54321";

	private Sockets() {
	}

	/**
	 * Binds an address, for the own user alone if it is a file.
	 */
	static ByteListener bind(DuctAddress address, int backlog) throws IOException {
		return Binder.bind(address, backlog, SocketFileMode.ownerOnly(), false);
	}

	static ByteConnection connect(DuctAddress address) throws IOException {
		try (Connector connector = new Connector()) {
			return connector.connect(address, Duration.ofSeconds(10));
		}
	}

	static ByteConnection accept(ByteListener listener) throws IOException {
		ByteConnection accepted = listener.accept();
		if (accepted == null) {
			try (Selector selector = Selector.open()) {
				listener.acceptable().register(selector, listener.acceptOperation());
				selector.select(10_000);
			}
			accepted = listener.accept();
		}
		assertThat(accepted).as("a connection within 10 s").isNotNull();
		return accepted;
	}

	static void transfer(ByteConnection from, ByteConnection to, String text) throws IOException {
		assertThat(from.write(ByteBuffer.wrap(text.getBytes()))).isEqualTo(text.length());
		awaitReadable(to);
		ByteBuffer read = ByteBuffer.allocate(100);
		to.read(read);
		assertThat(new String(read.array(), 0, read.position())).isEqualTo(text);
	}

	static void awaitReadable(ByteConnection connection) throws IOException {
		try (Selector selector = Selector.open()) {
			connection.readable().register(selector, SelectionKey.OP_READ);
			assertThat(selector.select(10_000)).as("readable within 10 s").isEqualTo(1);
		}
	}

	/**
	 * A path at which memory ends when the system is to look at its file.
	 */
	static Path withoutMemory(Path path) {
		return withoutMemory(path, () -> {
		});
	}

	static Path withoutMemory(Path path, Executable before) {
		InvocationHandler handler = (proxy, method, arguments) -> switch (method.getName()) {
			case "toAbsolutePath", "normalize" -> proxy;
			case "getFileSystem" -> {
				before.execute();
				throw new OutOfMemoryError();
			}
			default -> method.invoke(path, arguments);
		};
		return (Path) Proxy.newProxyInstance(Path.class.getClassLoader(), new Class<?>[] { Path.class }, handler);
	}

	static void makePipe(Path path) throws Exception {
		Process process = new ProcessBuilder("mkfifo", path.toString()).start();
		assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).isZero();
		process.getInputStream().close();
		process.getErrorStream().close();
		process.getOutputStream().close();
	}

	/**
	 * Makes a file a stranger's.
	 * @return whether this process may do that
	 */
	static boolean giveAway(Path file) {
		try {
			Files.setAttribute(file, "unix:uid", Integer.valueOf(STRANGER), LinkOption.NOFOLLOW_LINKS);
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * The JDK does not remove the file, as a killed process does not.
	 */
	static void leaveBehind(Path path) throws IOException {
		try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
			channel.bind(UnixDomainSocketAddress.of(path));
		}
		assertThat(Files.exists(path)).isTrue();
	}

}
