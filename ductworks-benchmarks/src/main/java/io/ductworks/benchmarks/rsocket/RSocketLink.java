package io.ductworks.benchmarks.rsocket;

import java.nio.channels.ClosedChannelException;
import java.time.Duration;

import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.PayloadCodec;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.util.DefaultPayload;
import reactor.netty.resources.LoopResources;

/**
 * The asking side of RSocket as it is. One way is fire and forget, two to three times
 * faster than a channel with its back-pressure.
 */
class RSocketLink implements Link {

	private final RSocket socket;

	private final LoopResources loop;

	private final PayloadCodec codec;

	private final ThreadLocal<Pace> pace;

	RSocketLink(RSocket socket, LoopResources loop, PayloadCodec codec, int credit) {
		this.socket = socket;
		this.loop = loop;
		this.codec = codec;
		this.pace = ThreadLocal.withInitial(() -> new Pace(socket, credit));
	}

	@Override
	public Object exchange(Object message) throws Exception {
		Payload answer = this.socket.requestResponse(DefaultPayload.create(this.codec.write(message))).block();
		if (answer == null) {
			throw new ClosedChannelException();
		}
		return this.codec.read(ServiceSocket.bytes(answer));
	}

	@Override
	public void send(Object message) throws Exception {
		this.socket.fireAndForget(DefaultPayload.create(this.codec.write(message))).subscribe();
		this.pace.get().sent();
	}

	@Override
	public void close() {
		this.socket.dispose();
		this.socket.onClose().block();
		this.loop.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();
	}

}
