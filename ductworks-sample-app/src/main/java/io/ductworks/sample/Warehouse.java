package io.ductworks.sample;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.DuctProblemException;
import io.ductworks.sample.PlaceOrder.Item;
import io.ductworks.spring.listener.DuctListener;
import jakarta.validation.Valid;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Reserves stock for orders that come over the duct.
 */
@Component
@Profile("!shop & !python")
class Warehouse {

	private final Map<String, Integer> stock = new ConcurrentHashMap<>(Map.of("nail", 10_000, "hammer", 200));

	private final AtomicInteger receipts = new AtomicInteger();

	@DuctListener("warehouse")
	Receipt reserve(@Valid PlaceOrder order) {
		boolean backOrdered = order.items().stream().filter((item) -> take(item) < 0).count() > 0;
		int pieces = order.items().stream().mapToInt(Item::quantity).sum();
		return new Receipt("J-" + this.receipts.incrementAndGet(), order.customer(), pieces, backOrdered);
	}

	/**
	 * Takes pieces from the stock.
	 * @return what is left, negative if pieces have to be ordered first
	 */
	private int take(Item item) {
		Integer left = this.stock.computeIfPresent(item.sku(), (sku, pieces) -> pieces - item.quantity());
		if (left == null) {
			throw new DuctProblemException(404, "No such article", item.sku());
		}
		return left;
	}

}
