package io.ductworks.benchmarks.rsocket;

import io.ductworks.benchmarks.PayloadCodec;
import io.ductworks.benchmarks.Service;
import io.netty.buffer.ByteBufUtil;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.util.DefaultPayload;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Has the service handle what arrived, on the event loop.
 */
class ServiceSocket implements RSocket {

	private final Service service;

	private final PayloadCodec codec;

	private final int credit;

	ServiceSocket(Service service, PayloadCodec codec, int credit) {
		this.service = service;
		this.codec = codec;
		this.credit = credit;
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
			.limitRate(this.credit)
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

}
