package io.ductworks.spring.client;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Asks with each subscription. Apart, since Reactor need not be there.
 */
final class DeferredRequest {

	private DeferredRequest() {
	}

	/**
	 * Asks when it is subscribed to, and cancels the future with the subscription.
	 */
	static <T> Publisher<T> of(Supplier<CompletableFuture<T>> asked) {
		return Mono.fromFuture(asked);
	}

}
