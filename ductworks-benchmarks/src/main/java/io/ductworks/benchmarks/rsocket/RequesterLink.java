package io.ductworks.benchmarks.rsocket;

import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.Order;
import reactor.netty.resources.LoopResources;

import org.springframework.messaging.rsocket.RSocketRequester;

/**
 * The asking side of a Spring application. One way is a channel for each sender, several
 * times faster than a fire and forget for each message.
 */
class RequesterLink implements Link {

	private final RSocketRequester requester;

	private final LoopResources loop;

	private final boolean json;

	private final Queue<Outgoing<Object>> channels = new ConcurrentLinkedQueue<>();

	private final ThreadLocal<Outgoing<Object>> outgoing = ThreadLocal.withInitial(this::openChannel);

	RequesterLink(RSocketRequester requester, LoopResources loop, boolean json) {
		this.requester = requester;
		this.loop = loop;
		this.json = json;
	}

	@Override
	public Object exchange(Object message) throws Exception {
		Object answer = this.requester
			.route(this.json ? MessageController.EXCHANGE_ORDER : MessageController.EXCHANGE_BYTES)
			.data(message)
			.retrieveMono(message.getClass())
			.block();
		if (answer == null) {
			throw new ClosedChannelException();
		}
		return answer;
	}

	@Override
	public void send(Object message) throws Exception {
		this.outgoing.get().send(message);
	}

	private Outgoing<Object> openChannel() {
		Outgoing<Object> channel = new Outgoing<>();
		this.channels.add(channel);
		RSocketRequester.RequestSpec route = this.requester
			.route(this.json ? MessageController.SEND_ORDERS : MessageController.SEND_BYTES);
		route.data(channel.stream(), this.json ? Order.class : byte[].class)
			.retrieveFlux(Void.class)
			.subscribe((nothing) -> {
			}, (error) -> channel.close(), channel::close);
		return channel;
	}

	@Override
	public void close() {
		this.channels.forEach(Outgoing::close);
		this.requester.dispose();
		this.loop.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();
	}

}
