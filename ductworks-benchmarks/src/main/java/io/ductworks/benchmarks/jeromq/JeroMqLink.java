package io.ductworks.benchmarks.jeromq;

import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.PayloadCodec;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * The asking side.
 */
class JeroMqLink implements Link {

	private final ZMQ.Context context = ZMQ.context(1);

	private final Queue<ZMQ.Socket> sockets = new ConcurrentLinkedQueue<>();

	private final ThreadLocal<ZMQ.Socket> dealers;

	private final ThreadLocal<ZMQ.Socket> pushers;

	private final PayloadCodec codec;

	private final int underWay;

	private volatile @Nullable String pullEndpoint;

	JeroMqLink(String endpoint, PayloadCodec codec, int underWay) {
		this.codec = codec;
		this.underWay = underWay;
		this.dealers = ThreadLocal.withInitial(() -> connected(SocketType.DEALER, endpoint));
		this.pushers = ThreadLocal.withInitial(() -> connected(SocketType.PUSH, pullEndpoint()));
	}

	@Override
	public Object exchange(Object message) {
		return this.codec.read(exchange(this.codec.write(message)));
	}

	private byte[] exchange(byte[] question) {
		ZMQ.Socket dealer = this.dealers.get();
		dealer.send(question);
		return dealer.recv();
	}

	@Override
	public void send(Object message) {
		this.pushers.get().send(this.codec.write(message));
	}

	private String pullEndpoint() {
		String known = this.pullEndpoint;
		if (known == null) {
			known = new String(exchange(JeroMqContender.WHERE), StandardCharsets.US_ASCII);
			this.pullEndpoint = known;
		}
		return known;
	}

	private ZMQ.Socket connected(SocketType type, String endpoint) {
		ZMQ.Socket socket = this.context.socket(type);
		this.sockets.add(socket);
		JeroMqContender.prepare(socket, this.underWay);
		socket.connect(endpoint);
		return socket;
	}

	@Override
	public void close() {
		// Their threads are done with them
		this.sockets.forEach(ZMQ.Socket::close);
		this.context.term();
	}

}
