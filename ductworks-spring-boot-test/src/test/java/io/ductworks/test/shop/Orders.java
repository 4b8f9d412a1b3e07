package io.ductworks.test.shop;

import io.ductworks.spring.listener.DuctListener;
import jakarta.validation.Valid;

import org.springframework.stereotype.Component;

@Component
class Orders {

	private final Stock stock;

	Orders(Stock stock) {
		this.stock = stock;
	}

	@DuctListener("orders")
	Receipt place(@Valid Order order) {
		return new Receipt(this.stock.reserve(order.sku(), order.pieces()));
	}

}
