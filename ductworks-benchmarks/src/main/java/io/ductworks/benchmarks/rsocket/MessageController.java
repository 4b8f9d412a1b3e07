package io.ductworks.benchmarks.rsocket;

import io.ductworks.benchmarks.Order;
import io.ductworks.benchmarks.Service;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.stereotype.Controller;

/**
 * Answers requests of Spring applications.
 */
@Controller
class MessageController {

	static final String EXCHANGE_BYTES = "exchange.bytes";

	static final String EXCHANGE_ORDER = "exchange.order";

	static final String SEND_BYTES = "send.bytes";

	static final String SEND_ORDERS = "send.orders";

	private final Service service;

	private final int credit;

	MessageController(Service service, int credit) {
		this.service = service;
		this.credit = credit;
	}

	@MessageMapping(EXCHANGE_BYTES)
	Mono<byte[]> exchangeBytes(byte[] message) {
		return Mono.justOrEmpty((byte[]) this.service.handle(message));
	}

	@MessageMapping(EXCHANGE_ORDER)
	Mono<Order> exchangeOrder(Order message) {
		return Mono.justOrEmpty((Order) this.service.handle(message));
	}

	@MessageMapping(SEND_BYTES)
	Mono<Void> sendBytes(Flux<byte[]> messages) {
		return counted(messages);
	}

	@MessageMapping(SEND_ORDERS)
	Mono<Void> sendOrders(Flux<Order> messages) {
		return counted(messages);
	}

	private Mono<Void> counted(Flux<?> messages) {
		return messages.limitRate(this.credit).doOnNext(this.service::handle).then();
	}

}
