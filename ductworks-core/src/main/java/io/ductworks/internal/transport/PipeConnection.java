package io.ductworks.internal.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.security.Principal;

import org.jspecify.annotations.Nullable;

/**
 * Two pipes of this process, one for each direction.
 */
final class PipeConnection implements ByteConnection {

	private final Pipe.SourceChannel source;

	private final Pipe.SinkChannel sink;

	PipeConnection(Pipe.SourceChannel source, Pipe.SinkChannel sink) throws IOException {
		this.source = source;
		this.sink = sink;
		source.configureBlocking(false);
		sink.configureBlocking(false);
	}

	@Override
	public int read(ByteBuffer target) throws IOException {
		return this.source.read(target);
	}

	@Override
	public int write(ByteBuffer source) throws IOException {
		return this.sink.write(source);
	}

	@Override
	public SelectableChannel readable() {
		return this.source;
	}

	@Override
	public SelectableChannel writable() {
		return this.sink;
	}

	@Override
	public @Nullable Principal peer() {
		return null;
	}

	@Override
	public void close() throws IOException {
		try {
			this.sink.close();
		}
		finally {
			this.source.close();
		}
	}

}
