package io.ductworks.spring;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.ductworks.message.Accept;
import io.ductworks.message.DuctObserver;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.ConnectSettings.Startup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.util.backoff.ExponentialBackOff;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many children of one parent that goes and comes back.
 */
class ReconnectTests {

	private static final int CHILDREN = 200;

	private static final long MAX_PAUSE_MILLIS = 1000;

	/** Attempts that failed, in milliseconds since they were first noted. */
	private final ConcurrentLinkedQueue<Long> attempts = new ConcurrentLinkedQueue<>();

	private final ChildConnector connector = new ChildConnector((name) -> settings());

	private static ConnectSettings settings() {
		ExponentialBackOff backOff = new ExponentialBackOff(100, 2);
		backOff.setMaxInterval(MAX_PAUSE_MILLIS);
		return new ConnectSettings(backOff, Startup.CONTINUE, Duration.ZERO);
	}

	private MessageDuctChild child(Path socket) {
		long started = System.nanoTime();
		return MessageDuctChild.builder()
			.address("unix:" + socket)
			.observer(this.connector)
			.observer(new DuctObserver() {

				@Override
				public void connectFailed(MessageDuct duct, Exception failure) {
					ReconnectTests.this.attempts.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started));
				}

			})
			.build();
	}

	private static MessageDuctParent parent(Path socket) {
		MessageDuctParent parent = MessageDuctParent.builder()
			.address("unix:" + socket)
			.accept(Accept.MANY)
			.acceptsPerSecond(CHILDREN * 10)
			.build();
		parent.bind();
		return parent;
	}

	@Test
	void c6ChildrenWhenTheirParentIsRestartedThenAllAreBackSoon(@TempDir Path directory) {
		Path socket = directory.resolve("restarted.sock");
		List<MessageDuctChild> children = new ArrayList<>();
		MessageDuctParent parent = parent(socket);
		try {
			for (int i = 0; i < CHILDREN; i++) {
				children.add(child(socket));
				this.connector.start(children.get(i));
			}
			awaitChildren(parent);
			parent.close();
			Peers.eventually().until(() -> this.attempts.size() > CHILDREN);
			parent.bind();
			long back = System.nanoTime();

			awaitChildren(parent);
			assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(Duration.ofMillis(3 * MAX_PAUSE_MILLIS));
		}
		finally {
			stop(children);
			parent.close();
		}
	}

	private static void awaitChildren(MessageDuctParent parent) {
		Peers.eventually().until(() -> parent.children().size() == CHILDREN);
	}

	@Test
	void n10ChildrenWhenAllAreCutOffAtOnceThenDoNotComeBackInStep(@TempDir Path directory) {
		List<MessageDuctChild> children = new ArrayList<>();
		try {
			for (int i = 0; i < CHILDREN; i++) {
				children.add(child(directory.resolve("nobody.sock")));
			}
			children.forEach(this.connector::start);
			Peers.eventually().until(() -> this.attempts.size() > 8 * CHILDREN);
		}
		finally {
			stop(children);
		}

		Map<Long, Long> perTenthOfASecond = this.attempts.stream()
			.filter((millis) -> millis > 2 * MAX_PAUSE_MILLIS)
			.collect(Collectors.groupingBy((millis) -> millis / 100, Collectors.counting()));
		// In step it were all of them in one, and none in the nine that follow.
		assertThat(perTenthOfASecond.values()).isNotEmpty().allMatch((count) -> count < CHILDREN / 2);
	}

	private void stop(List<MessageDuctChild> children) {
		children.forEach(this.connector::stop);
		children.forEach(MessageDuctChild::close);
	}

}
