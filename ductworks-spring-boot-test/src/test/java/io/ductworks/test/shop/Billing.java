package io.ductworks.test.shop;

import java.util.Objects;

import io.ductworks.message.MessageDuctChild;

import org.springframework.stereotype.Service;

@Service
class Billing {

	private final MessageDuctChild billingDuct;

	Billing(MessageDuctChild billingDuct) {
		this.billingDuct = billingDuct;
	}

	Receipt bill(Order order) {
		return Objects.requireNonNull(this.billingDuct.request(order, Receipt.class));
	}

}
