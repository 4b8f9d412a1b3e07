package io.ductworks.internal.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;

/**
 * Sockets without an operating system, for failures that it seldom has.
 */
final class FakeSockets {

	private FakeSockets() {
	}

	/** Decides what accepting does. */
	interface Accept {

		SocketChannel accept() throws IOException;

	}

	/**
	 * A listening socket.
	 */
	static final class Server extends ServerSocketChannel {

		private final Accept accept;

		Server(Accept accept) {
			super(SelectorProvider.provider());
			this.accept = accept;
		}

		@Override
		public SocketChannel accept() throws IOException {
			return this.accept.accept();
		}

		@Override
		public ServerSocketChannel bind(SocketAddress local, int backlog) {
			return this;
		}

		@Override
		public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
			return this;
		}

		@Override
		public <T> T getOption(SocketOption<T> name) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Set<SocketOption<?>> supportedOptions() {
			return Set.of();
		}

		@Override
		public ServerSocket socket() {
			throw new UnsupportedOperationException();
		}

		@Override
		public SocketAddress getLocalAddress() {
			return InetSocketAddress.createUnresolved("localhost", 1);
		}

		@Override
		protected void implCloseSelectableChannel() {
			// Nothing is open.
		}

		@Override
		protected void implConfigureBlocking(boolean block) {
			// Never blocks.
		}

	}

	/**
	 * A socket that the peer has reset, on a system that lets no option be set then.
	 */
	static final class Child extends SocketChannel {

		static final String FAILURE = "Invalid argument";

		Child() {
			super(SelectorProvider.provider());
		}

		@Override
		public <T> SocketChannel setOption(SocketOption<T> name, T value) throws IOException {
			throw new SocketException(FAILURE);
		}

		@Override
		public <T> T getOption(SocketOption<T> name) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Set<SocketOption<?>> supportedOptions() {
			return Set.of();
		}

		@Override
		public SocketChannel bind(SocketAddress local) {
			throw new UnsupportedOperationException();
		}

		@Override
		public SocketChannel shutdownInput() {
			throw new UnsupportedOperationException();
		}

		@Override
		public SocketChannel shutdownOutput() {
			throw new UnsupportedOperationException();
		}

		@Override
		public Socket socket() {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean isConnected() {
			return true;
		}

		@Override
		public boolean isConnectionPending() {
			return false;
		}

		@Override
		public boolean connect(SocketAddress remote) {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean finishConnect() {
			return true;
		}

		@Override
		public SocketAddress getRemoteAddress() {
			return InetSocketAddress.createUnresolved("localhost", 2);
		}

		@Override
		public SocketAddress getLocalAddress() {
			return InetSocketAddress.createUnresolved("localhost", 1);
		}

		@Override
		public int read(ByteBuffer target) {
			throw new UnsupportedOperationException();
		}

		@Override
		public long read(ByteBuffer[] targets, int offset, int length) {
			throw new UnsupportedOperationException();
		}

		@Override
		public int write(ByteBuffer source) {
			throw new UnsupportedOperationException();
		}

		@Override
		public long write(ByteBuffer[] sources, int offset, int length) {
			throw new UnsupportedOperationException();
		}

		@Override
		protected void implCloseSelectableChannel() {
			// Nothing is open.
		}

		@Override
		protected void implConfigureBlocking(boolean block) {
			// Never blocks.
		}

	}

}
