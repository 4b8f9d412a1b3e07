package io.ductworks.sample;

import io.ductworks.sample.Stock.Article;
import io.ductworks.spring.client.DuctExchange;
import io.ductworks.spring.client.DuctMethod;

import org.springframework.context.annotation.Profile;

/**
 * What the warehouse asks the shop.
 */
@DuctExchange("shop")
@Profile("!shop & !python")
interface Prices {

	@DuctMethod("price.get")
	Price get(Article article);

	/**
	 * What one piece costs.
	 */
	record Price(int cents) {
	}

}
