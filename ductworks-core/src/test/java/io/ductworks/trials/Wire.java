package io.ductworks.trials;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;

import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * Bytes over a blocking socket of the JDK: Unix, TCP or TLS. One thread may read while
 * another writes.
 */
interface Wire extends Closeable {

	/**
	 * Reads once.
	 * @return the number of bytes, -1 at the end
	 */
	int read(ByteBuffer into) throws IOException;

	/**
	 * Writes all.
	 */
	void write(byte[] bytes) throws IOException;

	/**
	 * Connects.
	 * @param tls what to speak TLS with, or {@code null} for plain bytes
	 */
	static Wire connect(DuctAddress address, @Nullable SSLContext tls) throws IOException {
		if (address instanceof DuctAddress.Unix unix) {
			return of(SocketChannel.open(UnixDomainSocketAddress.of(unix.path())));
		}
		DuctAddress.Tcp tcp = (DuctAddress.Tcp) address;
		SocketFactory sockets = (tls != null) ? tls.getSocketFactory() : SocketFactory.getDefault();
		return of(sockets.createSocket(tcp.host(), tcp.port()));
	}

	private static Wire of(SocketChannel channel) {
		return new Wire() {

			@Override
			public int read(ByteBuffer into) throws IOException {
				return channel.read(into);
			}

			@Override
			public void write(byte[] bytes) throws IOException {
				ByteBuffer buffer = ByteBuffer.wrap(bytes);
				while (buffer.hasRemaining()) {
					channel.write(buffer);
				}
			}

			@Override
			public void close() throws IOException {
				channel.close();
			}

		};
	}

	private static Wire of(Socket socket) throws IOException {
		socket.setTcpNoDelay(true);
		return new Wire() {

			@Override
			public int read(ByteBuffer into) throws IOException {
				int count = socket.getInputStream().read(into.array(), into.position(), into.remaining());
				into.position(into.position() + Math.max(0, count));
				return count;
			}

			@Override
			public void write(byte[] bytes) throws IOException {
				socket.getOutputStream().write(bytes);
			}

			@Override
			public void close() throws IOException {
				socket.close();
			}

		};
	}

	/**
	 * Where children connect.
	 */
	interface Listener extends Closeable {

		/**
		 * The address that children connect to.
		 */
		DuctAddress address();

		/**
		 * Waits for the next child.
		 */
		Wire accept() throws IOException;

		/**
		 * Listens.
		 * @param address the socket file, or TCP at any free port
		 * @param tls what to speak TLS with, or {@code null} for plain bytes
		 */
		static Listener at(DuctAddress address, @Nullable SSLContext tls) throws IOException {
			if (address instanceof DuctAddress.Unix unix) {
				ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
				return of(unix, () -> Wire.of(server.accept()), server.bind(UnixDomainSocketAddress.of(unix.path())));
			}
			ServerSocketFactory sockets = (tls != null) ? tls.getServerSocketFactory()
					: ServerSocketFactory.getDefault();
			ServerSocket server = sockets.createServerSocket();
			server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
			return of(new DuctAddress.Tcp("127.0.0.1", server.getLocalPort()), () -> Wire.of(server.accept()), server);
		}

		private static Listener of(DuctAddress address, Opening accepting, Closeable server) {
			return new Listener() {

				@Override
				public DuctAddress address() {
					return address;
				}

				@Override
				public Wire accept() throws IOException {
					return accepting.open();
				}

				@Override
				public void close() throws IOException {
					server.close();
				}

			};
		}

	}

	/** How a wire comes about. */
	@FunctionalInterface
	interface Opening {

		Wire open() throws IOException;

	}

}
