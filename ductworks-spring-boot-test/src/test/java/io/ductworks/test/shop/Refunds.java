package io.ductworks.test.shop;

import io.ductworks.spring.client.DuctExchange;
import io.ductworks.spring.client.DuctMethod;

@DuctExchange("billing")
interface Refunds {

	@DuctMethod(timeout = "2s")
	Receipt refund(Order order);

}
