package io.ductworks.message;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import javax.net.ssl.SSLParameters;

import io.ductworks.Awaiting;
import io.ductworks.CloseReason;
import io.ductworks.CommunicationFaultException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.TakenLog;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the threads of a duct have from the threads that build, open and use it: the
 * context class loader of the builder, and nothing else.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class ThreadHeritageTests implements DuctFixture {

	private static final InheritableThreadLocal<String> LOCAL = new InheritableThreadLocal<>();

	private static final ClassLoader BUILDER = new URLClassLoader("of the builder", new URL[0], null);

	private static final ClassLoader OPENER = new URLClassLoader("of the opener", new URL[0], null);

	private static final Heritage EXPECTED = new Heritage(null, BUILDER);

	private final ClassLoader own = Thread.currentThread().getContextClassLoader();

	private final CompletableFuture<Heritage> seen = new CompletableFuture<>();

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	@AfterEach
	void leave() {
		LOCAL.remove();
		Thread.currentThread().setContextClassLoader(this.own);
	}

	/**
	 * What a thread has from others.
	 */
	private record Heritage(@Nullable String local, ClassLoader loader) {

		static Heritage ofThisThread() {
			return new Heritage(LOCAL.get(), Thread.currentThread().getContextClassLoader());
		}

	}

	private void note() {
		this.seen.complete(Heritage.ofThisThread());
	}

	private void assertSeen() throws Exception {
		assertThat(this.seen.get(10, TimeUnit.SECONDS)).isEqualTo(EXPECTED);
	}

	private MessageDuctParent openedByAnother(UnaryOperator<MessageDuctParent.Builder> settings) {
		MessageDuctParent.Builder builder = settings.apply(parentBuilder().name("heritage"));
		Thread.currentThread().setContextClassLoader(BUILDER);
		MessageDuctParent parent = builder.build();
		Thread.currentThread().setContextClassLoader(OPENER);
		LOCAL.set("of the opener");
		parent.bind();
		return parent;
	}

	@Test
	void handlerWhenAnotherThreadOpenedTheDuctThenHasNothingFromIt() throws Exception {
		try (MessageDuctParent parent = openedByAnother((builder) -> builder.handler((from, message) -> note()));
				DuctPeer peer = Peers.of(parent)) {
			peer.send("1");

			assertSeen();
		}
	}

	@Test
	void observerWhenAnotherThreadOpenedTheDuctThenHasNothingFromIt() throws Exception {
		try (MessageDuctParent parent = openedByAnother((builder) -> builder.observer(new DuctObserver() {

			@Override
			public void bound(MessageDuct duct, DuctAddress address) {
				note();
			}

		}))) {
			assertThat(parent.isListening()).isTrue();
			assertSeen();
		}
	}

	@Test
	void answerWhenAnotherThreadAskedThenWhatDependsOnItHasNothingFromIt() throws Exception {
		try (MessageDuctParent parent = openedByAnother((builder) -> builder); DuctPeer peer = Peers.of(parent)) {
			CompletableFuture<Void> noted = parent.requestAsync(1, Integer.class).thenRun(this::note);
			peer.receive();
			peer.send("1");

			noted.get(10, TimeUnit.SECONDS);
			assertSeen();
		}
	}

	@Test
	void threadsWhenAnotherThreadOpenedTheDuctThenHaveTheClassLoaderOfTheBuilder() {
		try (MessageDuctParent parent = openedByAnother((builder) -> builder)) {
			assertThat(parent.isListening()).isTrue();
			assertThat(Thread.getAllStackTraces().keySet())
				.filteredOn((thread) -> thread.getName().startsWith("duct-heritage-"))
				.isNotEmpty()
				.allSatisfy((thread) -> assertThat(thread.getContextClassLoader()).isSameAs(BUILDER));
		}
	}

	@Test
	void loopWhenAnotherThreadOpenedTheDuctThenItHasNothingFromIt() throws Exception {
		try (TakenLog log = new TakenLog().with("did not come", this::note);
				MessageDuctParent parent = openedByAnother(
						(builder) -> builder.accept(Accept.MANY).frameTimeout(SHORT));
				DuctPeer peer = Peers.of(parent)) {
			peer.sendHex("54 00000004 31");

			assertSeen();
			// The end is counted before the line about it is written.
			Awaiting.soon().until(() -> !log.warnings("did not come").isEmpty());
			assertThat(parent.statistics().connectionsClosed(CloseReason.FRAME_TIMEOUT)).isEqualTo(1);
			assertThat(log.warnings("did not come")).hasSize(1);
		}
	}

	@Test
	void handshakeWhenAnotherThreadOpenedTheDuctThenItsThreadHasNothingFromIt() throws Exception {
		try (MessageDuctParent parent = openedByAnother((builder) -> builder.address("tcp://localhost:0").ssl(() -> {
			note();
			throw new IllegalStateException("expected by the test");
		}, new SSLParameters())); DuctPeer peer = Peers.connect(parent.listenerAddress())) {
			assertThat(peer.receiveRest()).isEmpty();

			assertSeen();
		}
	}

	@Test
	void observerWhenAnotherThreadConnectsTheChildThenHasNothingFromIt() {
		MessageDuctChild.Builder builder = MessageDuctChild.builder()
			.address(address())
			.connectTimeout(Duration.ofMillis(50))
			.observer(new DuctObserver() {

				@Override
				public void connectFailed(MessageDuct duct, Exception failure) {
					note();
				}

			});
		Thread.currentThread().setContextClassLoader(BUILDER);
		try (MessageDuctChild child = builder.build()) {
			Thread.currentThread().setContextClassLoader(OPENER);
			LOCAL.set("of the opener");

			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connectOnce);
			Awaiting.soon().until(this.seen::isDone);
			assertThat(this.seen.join()).isEqualTo(EXPECTED);
		}
	}

}
