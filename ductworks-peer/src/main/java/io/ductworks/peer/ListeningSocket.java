package io.ductworks.peer;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Where other sides connect. It leaves no file behind.
 */
final class ListeningSocket implements Closeable {

	private final ServerSocketChannel channel;

	private final PeerAddress address;

	/** The socket file, and what tells it from another at the same path. */
	private final @Nullable Path file;

	private final @Nullable Object fileKey;

	/** Made for the socket file. */
	private final @Nullable Path directory;

	private ListeningSocket(PeerAddress address, @Nullable Path directory) throws IOException {
		this.directory = directory;
		this.file = (address.socket() instanceof UnixDomainSocketAddress unix) ? unix.getPath() : null;
		this.channel = (this.file != null) ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
				: ServerSocketChannel.open();
		try {
			this.channel.bind(address.socket());
			this.fileKey = (this.file != null) ? key(this.file) : null;
			this.address = address.bound(this.channel.getLocalAddress());
		}
		catch (IOException | RuntimeException ex) {
			this.channel.close();
			throw ex;
		}
	}

	static ListeningSocket at(PeerAddress address) {
		try {
			return new ListeningSocket(address, null);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The peer cannot listen at " + address + ": " + ex.getMessage(), ex);
		}
	}

	/**
	 * A Unix domain socket in a directory of its own, for this user alone.
	 */
	static ListeningSocket fresh() {
		try {
			Path directory = Files.createTempDirectory("ductworks-peer-");
			try {
				return new ListeningSocket(PeerAddress.unix(directory.resolve("duct.sock")), directory);
			}
			catch (IOException | RuntimeException ex) {
				Files.delete(directory);
				throw ex;
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The peer cannot listen below the directory for temporary files: "
					+ ex.getMessage() + "; give it an address", ex);
		}
	}

	private static @Nullable Object key(Path file) throws IOException {
		return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).fileKey();
	}

	PeerAddress address() {
		return this.address;
	}

	SocketTransport accept() throws IOException {
		return new SocketTransport(this.channel.accept());
	}

	@Override
	public void close() throws IOException {
		this.channel.close();
		if (this.file != null && Files.exists(this.file, LinkOption.NOFOLLOW_LINKS)
				&& Objects.equals(this.fileKey, key(this.file))) {
			Files.delete(this.file);
		}
		if (this.directory != null) {
			Files.deleteIfExists(this.directory);
		}
	}

}
