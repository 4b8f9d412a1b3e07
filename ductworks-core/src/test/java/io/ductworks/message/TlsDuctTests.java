package io.ductworks.message;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import io.ductworks.Awaiting;
import io.ductworks.CloseReason;
import io.ductworks.CommunicationFaultException;
import io.ductworks.DuctworksException;
import io.ductworks.Gate;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.TakenLog;
import io.ductworks.codec.MessageCodec;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Ducts with TLS over TCP.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class TlsDuctTests {

	private static final Duration SOON = Duration.ofSeconds(10);

	@TempDir
	private static Path directory;

	private static Certificates certificates;

	@BeforeAll
	static void certify() {
		certificates = Certificates.in(directory)
			.with("parent")
			.with("child")
			.with("other")
			.with("expired", "-startdate", "-3d", "-validity", "1")
			.withHost("elsewhere", "elsewhere.example")
			.withSelfSigned("stranger")
			.withSelfSigned("old", "-startdate", "-3d", "-validity", "1");
	}

	private static SSLParameters clientAuth() {
		SSLParameters parameters = new SSLParameters();
		parameters.setNeedClientAuth(true);
		return parameters;
	}

	private static MessageDuctParent parent(UnaryOperator<MessageDuctParent.Builder> settings) {
		MessageDuctParent parent = settings
			.apply(MessageDuctParent.builder()
				.address("tcp://localhost:0")
				.accept(Accept.MANY)
				.timeout(SOON)
				.ssl(() -> certificates.context("parent"), clientAuth()))
			.build();
		parent.bind();
		return parent;
	}

	private static MessageDuctParent echoing() {
		return parent((builder) -> builder.handler((from, message) -> from.send(message.as(Object.class))));
	}

	private static MessageDuctChild child(MessageDuctParent parent, SSLContext context) {
		return child(parent, (builder) -> builder.ssl(() -> context, new SSLParameters()));
	}

	private static MessageDuctChild child(MessageDuctParent parent, UnaryOperator<MessageDuctChild.Builder> settings) {
		return settings
			.apply(MessageDuctChild.builder()
				.address(parent.listenerAddress())
				.timeout(SOON)
				.ssl(() -> certificates.context("child"), new SSLParameters()))
			.build();
	}

	private static SSLSocket socket(MessageDuctParent parent, String protocol) throws IOException {
		DuctAddress.Tcp address = (DuctAddress.Tcp) parent.listenerAddress();
		Socket plain = new Socket(InetAddress.getByName("localhost"), address.port());
		SSLSocket socket = (SSLSocket) certificates.context("child")
			.getSocketFactory()
			.createSocket(plain, "localhost", address.port(), true);
		socket.setEnabledProtocols(new String[] { protocol });
		return socket;
	}

	private static void awaitClosed(MessageDuctParent parent, CloseReason reason) {
		Awaiting.soon().until(() -> parent.statistics().connectionsClosed(reason) == 1);
	}

	@Test
	void messagesWhenOfAnySizeThenGoBothWays() {
		try (MessageDuctParent parent = parent((builder) -> builder.codec(MessageCodec.bytes())
			.handler((from, message) -> from.send(message.as(byte[].class))));
				MessageDuctChild child = child(parent, (builder) -> builder.codec(MessageCodec.bytes()))) {
			child.connect();
			for (int size : new int[] { 0, 1, 5, 4096, 16_383, 16_384, 16_385, 65_535, 100_000, 1 << 20, 4 << 20 }) {
				byte[] payload = new byte[size];
				new Random(size).nextBytes(payload);

				assertThat(child.request(payload, byte[].class)).isEqualTo(payload);
			}
		}
	}

	@Test
	void messagesWhenBothSidesSendMuchAtATimeThenAllArriveInOrder() throws Exception {
		try (MessageDuctParent parent = parent((builder) -> builder.accept(Accept.AGAIN).codec(MessageCodec.bytes()));
				MessageDuctChild child = child(parent, (builder) -> builder.codec(MessageCodec.bytes()))) {
			child.connect();
			assertThat(parent.listen(SOON)).isTrue();
			List<CompletableFuture<Void>> all = new ArrayList<>();
			// Those who send wait for those who receive: each needs a thread.
			ExecutorService threads = Executors.newFixedThreadPool(4);
			for (MessageDuct duct : List.of(parent, child)) {
				all.add(CompletableFuture.runAsync(() -> {
					Random sizes = new Random(1);
					for (int i = 0; i < 5000; i++) {
						byte[] payload = new byte[sizes.nextInt((i % 100 == 0) ? 200_000 : 300) + 1];
						payload[0] = (byte) i;
						duct.send(payload);
					}
				}, threads));
				all.add(CompletableFuture.runAsync(() -> {
					Random sizes = new Random(1);
					for (int i = 0; i < 5000; i++) {
						byte[] payload = duct.recv(byte[].class);
						assertThat(payload).hasSize(sizes.nextInt((i % 100 == 0) ? 200_000 : 300) + 1);
						assertThat(payload[0]).isEqualTo((byte) i);
					}
				}, threads));
			}
			threads.shutdown();
			CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(50, TimeUnit.SECONDS);
		}
	}

	@Test
	void closeWhenMuchIsAcceptedThenAllArrivesAndTheEndIsClean() {
		try (MessageDuctParent parent = parent((builder) -> builder.accept(Accept.AGAIN));
				MessageDuctChild child = child(parent, (builder) -> builder)) {
			child.connect();
			assertThat(parent.listen(SOON)).isTrue();
			for (int i = 0; i < 1000; i++) {
				child.send(i);
			}
			child.close();

			for (int i = 0; i < 1000; i++) {
				assertThat(parent.recv()).isEqualTo(i);
			}
			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(parent::recv)
				.withCauseInstanceOf(EOFException.class);
			assertThat(parent.statistics().connectionsClosed(CloseReason.PEER_CLOSED)).isEqualTo(1);
		}
	}

	@Test
	void peerWhenBothShowCertificatesThenIsTheirSubject() {
		try (MessageDuctParent parent = echoing(); MessageDuctChild child = child(parent, (builder) -> builder)) {
			child.connect();
			assertThat(child.request("x", String.class)).isEqualTo("x");

			assertThat(child.peer().getName()).isEqualTo("CN=parent,O=Shop");
			assertThat(parent.children().get(0).peer().getName()).isEqualTo("CN=child,O=Shop");
		}
	}

	@Test
	void childWhenItsSubjectIsNotAllowedThenIsRefused() {
		try (MessageDuctParent parent = parent((builder) -> builder.allowedSubjects("CN=other, O=Shop"));
				MessageDuctChild child = child(parent, (builder) -> builder);
				MessageDuctChild other = child(parent, certificates.context("other"))) {
			child.connect();
			awaitClosed(parent, CloseReason.UNAUTHORISED);
			other.connect();
			Awaiting.soon().until(parent::isConnected);
		}
	}

	@Test
	void parentWhenItsSubjectIsNotAllowedThenChildTellsItNothing() {
		try (MessageDuctParent parent = parent((builder) -> builder);
				MessageDuctChild child = child(parent, (builder) -> builder.allowedSubjects("CN=other,O=Shop"))) {
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connectOnce)
				.withMessageContaining("its certificate is for CN=parent,O=Shop; allowed are CN=other,O=Shop");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "expired", "old" })
	void t1CertificateWhenExpiredThenIsRefusedEvenIfItIsTrustedItself(String name) {
		try (MessageDuctParent parent = parent(
				(builder) -> builder.ssl(() -> certificates.context(name), new SSLParameters()));
				MessageDuctChild child = child(parent,
						name.equals("old") ? certificates.context("child", "old") : certificates.context("child"))) {
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connectOnce)
				.withStackTraceContaining("NotAfter");
		}
	}

	@Test
	void t2CertificateWhenNotTrustedThenIsRefusedOnBothSides() {
		try (MessageDuctParent parent = echoing();
				MessageDuctChild child = child(parent, certificates.context("child", "stranger"))) {
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connectOnce)
				.withMessageContaining("certification path");
			awaitClosed(parent, CloseReason.TLS_FAILED);
		}
		try (MessageDuctParent parent = echoing();
				MessageDuctChild child = child(parent, certificates.context("stranger"))) {
			assertFailsSoon(child);
			awaitClosed(parent, CloseReason.TLS_FAILED);
		}
	}

	@Test
	void t3ChildWhenItShowsNoCertificateThenIsRefused() {
		try (MessageDuctParent parent = echoing(); MessageDuctChild child = child(parent, certificates.context(null))) {
			assertFailsSoon(child);
			awaitClosed(parent, CloseReason.TLS_FAILED);
			assertThat(parent.statistics().connectionsOpened()).isZero();
		}
	}

	/**
	 * With TLS 1.3 a child may learn only after its handshake that the parent refused it.
	 */
	private static void assertFailsSoon(MessageDuctChild child) {
		assertThatExceptionOfType(DuctworksException.class).isThrownBy(() -> {
			child.connectOnce();
			child.recv();
		});
	}

	@Test
	void t4CertificateWhenForAnotherHostThenIsRefused() {
		try (MessageDuctParent parent = parent(
				(builder) -> builder.ssl(() -> certificates.context("elsewhere"), new SSLParameters()));
				MessageDuctChild child = child(parent, (builder) -> builder)) {
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connectOnce)
				.withMessageContaining("localhost");
		}
	}

	@Test
	void t5ChildWhenItRenegotiatesThenItsConnectionEnds() throws Exception {
		SSLParameters older = clientAuth();
		older.setProtocols(new String[] { "TLSv1.3", "TLSv1.2" });
		try (MessageDuctParent parent = parent((builder) -> builder.ssl(() -> certificates.context("parent"), older)
			.handler((from, message) -> from.send(message.as(Object.class))));
				SSLSocket socket = socket(parent, "TLSv1.2")) {
			socket.startHandshake();
			socket.getOutputStream().write(DuctPeer.frame("1"));
			assertThat(socket.getInputStream().readNBytes(6)).isEqualTo(DuctPeer.frame("1"));

			socket.startHandshake();

			awaitClosed(parent, CloseReason.TLS_FAILED);
		}
	}

	@Test
	void t6ChildWhenItFloodsWithKeyUpdatesThenItsConnectionEnds() throws Exception {
		try (MessageDuctParent parent = echoing(); SSLSocket socket = socket(parent, "TLSv1.3")) {
			socket.startHandshake();
			Awaiting.soon().until(() -> {
				try {
					socket.startHandshake();
				}
				catch (IOException ex) {
					// Cut off already.
				}
				return parent.statistics().connectionsClosed(CloseReason.TLS_FAILED) == 1;
			});
		}
	}

	@Test
	void t7CertificateWhenReplacedThenNewConnectionsUseItAndOldOnesStay() {
		AtomicReference<SSLContext> current = new AtomicReference<>(certificates.context("parent"));
		try (MessageDuctParent parent = parent((builder) -> builder.ssl(current::get, clientAuth())
			.handler((from, message) -> from.send(message.as(Object.class))));
				MessageDuctChild before = child(parent, (builder) -> builder);
				MessageDuctChild after = child(parent, (builder) -> builder)) {
			before.connect();
			assertThat(before.request("x", String.class)).isEqualTo("x");
			current.set(certificates.context("other"));
			after.connect();

			assertThat(after.peer().getName()).isEqualTo("CN=other,O=Shop");
			assertThat(before.request("y", String.class)).isEqualTo("y");
		}
	}

	@Test
	void t9StreamWhenItEndsWithoutCloseNotifyThenIsTruncated() throws Exception {
		try (MessageDuctParent parent = echoing()) {
			DuctAddress.Tcp address = (DuctAddress.Tcp) parent.listenerAddress();
			try (Socket plain = new Socket(InetAddress.getByName("localhost"), address.port())) {
				SSLSocket socket = (SSLSocket) certificates.context("child")
					.getSocketFactory()
					.createSocket(plain, "localhost", address.port(), false);
				socket.startHandshake();
				socket.getOutputStream().write(DuctPeer.frame("1"));
				assertThat(socket.getInputStream().readNBytes(6)).isEqualTo(DuctPeer.frame("1"));
			}

			awaitClosed(parent, CloseReason.TRUNCATED);
		}
	}

	@Test
	void p10ChildWhenItEndsSendingThenGetsTheAnswersUnderWayAndThenTheEnd() throws Exception {
		try (Gate gate = new Gate(); MessageDuctParent parent = parent((builder) -> builder.handler((from, message) -> {
			gate.pass();
			from.send(message.as(Object.class));
		})); SSLSocket socket = socket(parent, "TLSv1.3")) {
			socket.getOutputStream().write(DuctPeer.frame("1"));
			gate.awaitVisitor();
			socket.shutdownOutput();
			gate.open();

			assertThat(socket.getInputStream().readAllBytes()).isEqualTo(DuctPeer.frame("1"));
			awaitClosed(parent, CloseReason.PEER_CLOSED);
		}
	}

	@Test
	void t10ChildWhenItSpeaksNoTlsThenIsRefused() throws Exception {
		try (MessageDuctParent parent = echoing(); DuctPeer peer = Peers.connect(parent.listenerAddress())) {
			peer.send("1");

			awaitClosed(parent, CloseReason.TLS_FAILED);
		}
	}

	@Test
	void t10ParentWhenItSpeaksNoTlsThenItSaysSoAndChildFails() {
		try (MessageDuctParent parent = MessageDuctParent.builder()
			.address("tcp://localhost:0")
			.accept(Accept.MANY)
			.build()) {
			parent.bind();
			try (MessageDuctChild child = child(parent, (builder) -> builder)) {
				assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connectOnce);
				awaitClosed(parent, CloseReason.BAD_MAGIC);
			}
		}
	}

	@Test
	void connectOnceWhenItsParametersCannotBeUsedThenIsAFailedAttempt() {
		List<Exception> told = new CopyOnWriteArrayList<>();
		SSLParameters parameters = new SSLParameters(new String[] { "TLS_UNHEARD_OF" });
		try (MessageDuctParent parent = echoing();
				MessageDuctChild child = child(parent,
						(builder) -> builder.ssl(() -> certificates.context("child"), parameters)
							.observer(new DuctObserver() {

								@Override
								public void connectFailed(MessageDuct duct, Exception failure) {
									told.add(failure);
								}

							}))) {
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(child::connectOnce)
				.withMessageContainingAll("cannot connect to tcp://localhost", "TLS_UNHEARD_OF");
			assertThat(child.statistics().connectsFailed()).isEqualTo(1);
			Awaiting.soon().until(() -> told.size() == 1);
		}
	}

	@Test
	void connectOnceWhenThereIsNoMemoryForTlsThenClosesTheSocket() {
		try (MessageDuctParent parent = echoing();
				MessageDuctChild child = child(parent, (builder) -> builder.ssl(() -> {
					throw new OutOfMemoryError("no memory to be had");
				}, new SSLParameters()))) {
			assertThatExceptionOfType(OutOfMemoryError.class).isThrownBy(child::connectOnce);

			awaitClosed(parent, CloseReason.TLS_FAILED);
		}
	}

	@Test
	void t11HandshakeWhenItStallsThenEndsInTime() throws Exception {
		try (MessageDuctParent parent = parent((builder) -> builder.handshakeTimeout(Duration.ofMillis(300)));
				DuctPeer silent = Peers.connect(parent.listenerAddress())) {
			assertThat(silent.receiveRest()).isEmpty();
			awaitClosed(parent, CloseReason.HANDSHAKE_TIMEOUT);
		}
	}

	@Test
	void c2CloseWhenHandshakesAreUnderWayThenEndsThemAtOnce() throws Exception {
		List<DuctPeer> silent = new ArrayList<>();
		MessageDuctParent parent = echoing();
		try (parent) {
			for (int i = 0; i < 10; i++) {
				silent.add(Peers.connect(parent.listenerAddress()));
			}
			long closing = System.nanoTime();
			parent.close();

			assertThat(Duration.ofNanos(System.nanoTime() - closing)).isLessThan(Duration.ofSeconds(1));
			for (DuctPeer peer : silent) {
				peer.awaitEnd();
			}
		}
		finally {
			silent.forEach(DuctPeer::close);
		}
	}

	@Test
	void p7HandshakesWhenManyStallThenTheOldestAreEndedAndAChildStillComesIn() throws Exception {
		List<DuctPeer> silent = new ArrayList<>();
		try (MessageDuctParent parent = parent((builder) -> builder.handshakeTimeout(Duration.ofMinutes(2))
			.handler((from, message) -> from.send(message.as(Object.class))));
				MessageDuctChild child = child(parent, (builder) -> builder)) {
			for (int i = 0; i < 100; i++) {
				silent.add(Peers.connect(parent.listenerAddress()));
			}
			Awaiting.soon()
				.untilAsserted(() -> assertThat(parent.statistics().connectionsClosed(CloseReason.HANDSHAKE_TIMEOUT))
					.as("handshakes that were ended")
					.isEqualTo(100 - 32));
			child.connect();

			assertThat(child.request("x", String.class)).isEqualTo("x");
		}
		finally {
			silent.forEach(DuctPeer::close);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.2" })
	void t12ChildWhenItsProtocolIsOldThenIsRefused(String protocol) throws Exception {
		try (MessageDuctParent parent = echoing(); SSLSocket socket = socket(parent, protocol)) {
			assertThatExceptionOfType(IOException.class).isThrownBy(socket::startHandshake);
			awaitClosed(parent, CloseReason.TLS_FAILED);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "tcp://0.0.0.0:0", "tcp://[::]:0" })
	void t13ParentWhenOthersReachItWithoutTlsThenDoesNotStartUnlessAllowed(String address) {
		MessageDuctParent refused = MessageDuctParent.builder().address(address).build();
		assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(refused::bind)
			.withMessageContainingAll("without TLS", "ssl.bundle", "allow-plaintext: true");
		try (MessageDuctParent allowed = MessageDuctParent.builder().address(address).allowPlaintext(true).build()) {
			allowed.bind();
			assertThat(allowed.listenerAddress().transport()).isEqualTo("tcp");
		}
	}

	@Test
	void handshakeWhenItFailsWithAnErrorThenChildIsRefusedAndTheNextComesIn() {
		AtomicBoolean failing = new AtomicBoolean(true);
		try (TakenLog log = new TakenLog(); MessageDuctParent parent = parent((builder) -> builder.ssl(() -> {
			if (failing.getAndSet(false)) {
				throw new LinkageError("expected by the test");
			}
			return certificates.context("parent");
		}, clientAuth()).handler((from, message) -> from.send(message.as(Object.class))));
				MessageDuctChild refused = child(parent, (builder) -> builder);
				MessageDuctChild next = child(parent, (builder) -> builder)) {
			assertThatExceptionOfType(CommunicationFaultException.class).isThrownBy(refused::connectOnce);
			awaitClosed(parent, CloseReason.TLS_FAILED);
			assertThat(log.warnings("refused a child")).singleElement()
				.satisfies((line) -> assertThat(line.getFormattedMessage()).contains("expected by the test"));

			next.connect();
			assertThat(next.request("x", String.class)).isEqualTo("x");
		}
	}

}
