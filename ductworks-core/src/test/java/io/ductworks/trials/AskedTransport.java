package io.ductworks.trials;

import java.nio.file.Path;
import java.time.Duration;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import io.ductworks.codec.MessageCodec;
import io.ductworks.message.Backoff;
import io.ductworks.message.Certificates;
import io.ductworks.message.DuctBuilder;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.WhenDisconnected;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RandomPeer} is asked over.
 *
 * @param name {@code unix}, {@code tcp} or {@code tls}
 * @param directory for the socket file
 * @param certificates those of {@code parent} and {@code child}
 */
record AskedTransport(String name, Path directory, Certificates certificates) {

	/** So short that answers are late now and then. */
	private static final Duration REQUEST_TIMEOUT = Duration.ofMillis(20);

	/**
	 * No connection lasts for long, and those that end within a second count for none.
	 */
	private static final Duration GRACE = Duration.ofHours(1);

	private static final Backoff AT_ONCE = new Backoff(Duration.ofMillis(1), 2, Duration.ofMillis(4));

	/**
	 * Where to listen.
	 */
	DuctAddress address() {
		return this.name.equals("unix") ? new DuctAddress.Unix(this.directory.resolve("peer.sock"))
				: new DuctAddress.Tcp("127.0.0.1", 0);
	}

	/**
	 * What to speak TLS with, if that is spoken.
	 */
	@Nullable SSLContext tls(String certificate) {
		return this.name.equals("tls") ? this.certificates.context(certificate) : null;
	}

	RandomPeer listening(Mischief mischief, AnswerBook book, long seed) throws Exception {
		return RandomPeer.listening(address(), tls("parent"), mischief, book, seed);
	}

	/**
	 * A child that connects again by itself.
	 */
	MessageDuctChild.Builder child(DuctAddress address) {
		return settings("child", MessageDuctChild.builder().address(address)).reconnect(AT_ONCE);
	}

	<B extends DuctBuilder<B>> B settings(String certificate, B builder) {
		builder.codec(MessageCodec.text())
			.requestTimeout(REQUEST_TIMEOUT)
			.whenDisconnected(WhenDisconnected.WAIT)
			.disconnectedGrace(GRACE);
		SSLContext tls = tls(certificate);
		return (tls != null) ? builder.ssl(() -> tls, new SSLParameters()) : builder;
	}

}
