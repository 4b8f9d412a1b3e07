package io.ductworks.benchmarks.integration;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.integration.ip.tcp.connection.AbstractTcpConnectionSupport;
import org.springframework.integration.ip.tcp.connection.TcpNetConnection;
import org.springframework.integration.ip.tcp.connection.TcpNetConnectionSupport;

/**
 * Connections that buffer what they read, as {@link TcpNetConnection#inputStream()}
 * invites: without, header and payload are a system call each.
 */
class BufferedConnectionSupport extends AbstractTcpConnectionSupport implements TcpNetConnectionSupport {

	private static final int BUFFER = 64 * 1024;

	@Override
	public TcpNetConnection createNewConnection(Socket socket, boolean server, boolean lookupHost,
			@Nullable ApplicationEventPublisher applicationEventPublisher, @Nullable String connectionFactoryName) {
		return new TcpNetConnection(socket, server, lookupHost, applicationEventPublisher, connectionFactoryName) {

			private @Nullable InputStream buffered;

			@Override
			protected InputStream inputStream() throws IOException {
				InputStream stream = this.buffered;
				if (stream == null) {
					stream = new BufferedInputStream(super.inputStream(), BUFFER);
					this.buffered = stream;
				}
				return stream;
			}

		};
	}

}
