package io.ductworks.sample;

import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.sample.PlaceOrder.Item;
import io.ductworks.spring.listener.DuctListener;
import jakarta.validation.Valid;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Reserves stock for orders that come over a duct.
 */
@Component
@Profile("!shop & !python")
class Warehouse {

	private final Shelves shelves;

	private final AtomicInteger receipts = new AtomicInteger();

	Warehouse(Shelves shelves) {
		this.shelves = shelves;
	}

	@DuctListener("warehouse")
	Receipt reserve(@Valid PlaceOrder order) {
		boolean backOrdered = order.items()
			.stream()
			.filter((item) -> this.shelves.change(item.sku(), -item.quantity()) < 0)
			.count() > 0;
		int pieces = order.items().stream().mapToInt(Item::quantity).sum();
		return new Receipt("J-" + this.receipts.incrementAndGet(), order.customer(), pieces, backOrdered);
	}

}
