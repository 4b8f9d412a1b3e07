package io.ductworks.spring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Fails a test that leaves a thread of a duct, a socket, pipe or selector, or a socket
 * file.
 */
public class NothingLeftBehind implements BeforeEachCallback, AfterEachCallback {

	private static final Namespace NAMESPACE = Namespace.create(NothingLeftBehind.class);

	static {
		// The JDK keeps a socket of its own from the first use on.
		try (SocketChannel channel = SocketChannel.open()) {
			channel.configureBlocking(false);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		context.getStore(NAMESPACE).put("files", socketFiles());
		context.getStore(NAMESPACE).put("descriptors", descriptors().size());
	}

	@Override
	@SuppressWarnings("unchecked")
	public void afterEach(ExtensionContext context) {
		List<Path> filesBefore = (List<Path>) context.getStore(NAMESPACE).get("files");
		int descriptorsBefore = (int) context.getStore(NAMESPACE).get("descriptors");
		await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
			assertThat(ductThreads()).as("threads left behind").isEmpty();
			assertThat(descriptors()).as("descriptors left behind").hasSizeLessThanOrEqualTo(descriptorsBefore);
			assertThat(socketFiles()).as("files left behind").isSubsetOf(filesBefore);
		});
	}

	private static List<String> ductThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("duct-"))
			.toList();
	}

	private static List<Path> socketFiles() {
		try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
			return files.filter((file) -> file.getFileName().toString().matches("ductworks-[0-9a-f]{16}")).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Sockets, pipes and selectors of this process, where the operating system tells.
	 */
	private static List<String> descriptors() {
		List<String> found = new ArrayList<>();
		Path directory = Path.of("/proc/self/fd");
		if (!Files.isDirectory(directory)) {
			return found;
		}
		try (Stream<Path> links = Files.list(directory)) {
			for (Path link : links.toList()) {
				describe(link, found);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return found;
	}

	private static void describe(Path link, List<String> found) {
		try {
			String target = Files.readSymbolicLink(link).toString();
			if (target.startsWith("socket:") || target.startsWith("pipe:") || target.startsWith("anon_inode:[event")) {
				found.add(target);
			}
		}
		catch (IOException ex) {
			// Closed since it was listed, such as the one that lists.
		}
	}

}
