package io.ductworks.benchmarks.rsocket;

import java.nio.channels.ClosedChannelException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.PayloadCodec;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.util.DefaultPayload;
import reactor.netty.resources.LoopResources;

/**
 * The asking side of RSocket as it is. One way is a channel for each sender, which has
 * back-pressure; fire and forget has none and would fill the memory of a sender that
 * outruns the other side, though it was up to twice as fast where it did not.
 */
class RSocketLink implements Link {

	private final RSocket socket;

	private final LoopResources loop;

	private final PayloadCodec codec;

	private final Queue<Outgoing<Payload>> channels = new ConcurrentLinkedQueue<>();

	private final ThreadLocal<Outgoing<Payload>> outgoing = ThreadLocal.withInitial(this::openChannel);

	RSocketLink(RSocket socket, LoopResources loop, PayloadCodec codec) {
		this.socket = socket;
		this.loop = loop;
		this.codec = codec;
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
		this.outgoing.get().send(DefaultPayload.create(this.codec.write(message)));
	}

	private Outgoing<Payload> openChannel() {
		Outgoing<Payload> channel = new Outgoing<>();
		this.channels.add(channel);
		this.socket.requestChannel(channel.stream()).subscribe((nothing) -> {
		}, (error) -> channel.close(), channel::close);
		return channel;
	}

	@Override
	public void close() {
		this.channels.forEach(Outgoing::close);
		this.socket.dispose();
		this.socket.onClose().block();
		this.loop.disposeLater().block();
	}

}
