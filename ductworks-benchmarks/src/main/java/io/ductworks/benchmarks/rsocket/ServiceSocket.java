package io.ductworks.benchmarks.rsocket;

import io.ductworks.benchmarks.PayloadCodec;
import io.ductworks.benchmarks.Service;
import io.netty.buffer.ByteBufUtil;
import io.rsocket.Payload;
import io.rsocket.RSocket;
import io.rsocket.util.DefaultPayload;
import reactor.core.publisher.Mono;

/**
 * Has the service handle what arrived, on the event loop.
 */
class ServiceSocket implements RSocket {

	private final Service service;

	private final PayloadCodec codec;

	ServiceSocket(Service service, PayloadCodec codec) {
		this.service = service;
		this.codec = codec;
	}

	@Override
	public Mono<Payload> requestResponse(Payload request) {
		if (request.sliceData().readableBytes() == 0) {
			// Asks only whether all before has arrived
			request.release();
			return Mono.empty();
		}
		Object answer = this.service.handle(this.codec.read(bytes(request)));
		return (answer != null) ? Mono.just(DefaultPayload.create(this.codec.write(answer))) : Mono.empty();
	}

	@Override
	public Mono<Void> fireAndForget(Payload payload) {
		this.service.handle(this.codec.read(bytes(payload)));
		return Mono.empty();
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
