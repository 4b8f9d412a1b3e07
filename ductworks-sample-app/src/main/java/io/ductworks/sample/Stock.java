package io.ductworks.sample;

import io.ductworks.spring.client.DuctExchange;
import io.ductworks.spring.client.DuctMethod;

import org.springframework.context.annotation.Profile;

/**
 * What the shop asks the warehouse.
 */
@DuctExchange("stock")
@Profile("!warehouse")
interface Stock {

	@DuctMethod("stock.count")
	Level count(Article article);

	@DuctMethod("stock.restock")
	Restocked restock(String sku, int pieces);

	/**
	 * What is asked about.
	 */
	record Article(String sku) {
	}

	/**
	 * How many pieces there are.
	 */
	record Level(String sku, int pieces) {
	}

	/**
	 * How many pieces there are now, and what the new ones cost.
	 */
	record Restocked(String sku, int pieces, int cents) {
	}

}
