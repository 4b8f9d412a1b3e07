package io.ductworks.spring.client.found;

import io.ductworks.spring.client.DuctExchange;

import org.springframework.context.annotation.Profile;

/**
 * Found where it is, with a profile.
 */
@Profile("prices")
@DuctExchange("orders")
interface Prices {

	void changed(String sku);

}
