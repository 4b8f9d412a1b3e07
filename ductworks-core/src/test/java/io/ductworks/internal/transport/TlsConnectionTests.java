package io.ductworks.internal.transport;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLParameters;

import io.ductworks.NothingLeftBehind;
import io.ductworks.message.Certificates;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(NothingLeftBehind.class)
@Timeout(60)
class TlsConnectionTests {

	private static final Duration LONG = Duration.ofSeconds(50);

	private static final int KIB = 1024;

	/** As much as is offered again if it was not taken. */
	private static final int OFFERED = 64 * KIB;

	@TempDir
	private static Path directory;

	private static Certificates certificates;

	private ByteListener listener;

	private NarrowConnection socket;

	private ByteConnection parent;

	private ByteConnection child;

	@BeforeAll
	static void certify() {
		certificates = Certificates.in(directory).with("parent");
	}

	@BeforeEach
	void connect() throws Exception {
		TlsOptions ofParent = new TlsOptions(() -> certificates.context("parent"), new SSLParameters());
		TlsOptions ofChild = new TlsOptions(() -> certificates.context(null), new SSLParameters());
		this.listener = Sockets.bind(new DuctAddress.Tcp("localhost", 0), 1);
		FutureTask<ByteConnection> connecting = new FutureTask<>(() -> {
			try (Connector connector = new Connector()) {
				return connector.connect(this.listener.address(), LONG, ofChild);
			}
		});
		Thread thread = new Thread(connecting);
		thread.start();
		this.socket = new NarrowConnection(Sockets.accept(this.listener));
		this.parent = TlsHandshake.ofParent(this.socket, ofParent).run(LONG);
		this.child = connecting.get(50, TimeUnit.SECONDS);
		thread.join();
	}

	@AfterEach
	void close() throws Exception {
		this.listener.close();
		this.socket.close();
		this.child.close();
	}

	@Test
	void hasMovedWhenTheSocketTakesAPartOfARecordThenIsTrueThoughNothingIsReported() throws Exception {
		ByteBuffer offered = ByteBuffer.allocate(OFFERED);
		for (int i = 0; i < 10; i++) {
			this.socket.roomFor(KIB);

			assertThat(this.parent.write(offered)).as("write %d", i).isZero();
			assertThat(this.parent.hasMoved()).as("moved by write %d", i).isTrue();
			assertThat(offered.position()).isZero();
		}
	}

	@Test
	void hasMovedWhenTheSocketTakesNothingThenIsFalse() throws Exception {
		ByteBuffer offered = ByteBuffer.allocate(OFFERED);
		this.socket.roomFor(KIB);
		this.parent.write(offered);
		this.socket.roomFor(0);

		assertThat(this.parent.write(offered)).isZero();
		assertThat(this.parent.hasMoved()).isFalse();
	}

	@Test
	void writeWhenTheSocketTakesOneKibibyteAtATimeThenAllArrivesOnce() throws Exception {
		byte[] sent = new byte[OFFERED];
		for (int i = 0; i < sent.length; i++) {
			sent[i] = (byte) (i * 31 + (i >> 8));
		}
		ByteBuffer offered = ByteBuffer.wrap(sent);
		ByteBuffer read = ByteBuffer.allocate(OFFERED + 1);
		while (offered.hasRemaining()) {
			this.socket.roomFor(KIB);
			this.parent.write(offered);
			this.child.read(read);
		}
		while (read.position() < OFFERED) {
			Sockets.awaitReadable(this.child);
			this.child.read(read);
		}

		assertThat(read.flip()).isEqualTo(ByteBuffer.wrap(sent));
	}

	@Test
	void remoteAddressWhenConnectedThenIsThatOfTheSocketAlsoAfterTheEnd() throws Exception {
		this.parent.close();

		assertThat(this.parent.remoteAddress()).isNotNull().isEqualTo(this.socket.remoteAddress());
	}

}
