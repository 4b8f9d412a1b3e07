package io.ductworks.benchmarks.rsocket;

import io.ductworks.benchmarks.PayloadCodec;
import io.ductworks.benchmarks.Service;
import io.netty.buffer.ByteBufUtil;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.util.ByteBufPayload;
import io.rsocket.util.DefaultPayload;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Has the service handle what arrived, on the event loop.
 */
class ServiceSocket implements RSocket {

	/** How many messages a sender may have under way. */
	static final int CREDIT = 4096;

	private final Service service;

	private final PayloadCodec codec;

	ServiceSocket(Service service, PayloadCodec codec) {
		this.service = service;
		this.codec = codec;
	}

	@Override
	public Mono<Payload> requestResponse(Payload request) {
		Object answer = this.service.handle(this.codec.read(bytes(request)));
		return (answer != null) ? Mono.just(DefaultPayload.create(this.codec.write(answer))) : Mono.empty();
	}

	@Override
	public Mono<Void> fireAndForget(Payload payload) {
		this.service.handle(this.codec.read(bytes(payload)));
		return Mono.empty();
	}

	@Override
	public Flux<Payload> requestChannel(Publisher<Payload> incoming) {
		return Flux.from(incoming)
			.limitRate(CREDIT)
			.doOnNext((payload) -> this.service.handle(this.codec.read(bytes(payload))))
			.thenMany(Flux.empty());
	}

	static byte[] bytes(Payload payload) {
		try {
			return ByteBufUtil.getBytes(payload.sliceData());
		}
		finally {
			payload.release();
		}
	}

	static Payload payload(byte[] bytes) {
		return ByteBufPayload.create(bytes);
	}

}
