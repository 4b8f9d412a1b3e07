package io.ductworks.sample;

import io.ductworks.message.MessageDuctParent;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Profile;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Takes orders over HTTP and asks the warehouse over the duct.
 */
@RestController
@Profile("!warehouse")
class Shop {

	private final MessageDuctParent orders;

	Shop(MessageDuctParent ordersDuct) {
		this.orders = ordersDuct;
	}

	@PostMapping("/orders")
	@Nullable Receipt order(@Valid @RequestBody PlaceOrder order) {
		return this.orders.request(order, Receipt.class);
	}

}
