package io.ductworks.benchmarks;

import java.math.BigDecimal;
import java.util.List;

/**
 * The record that scenarios with JSON send.
 *
 * @param id tells orders apart
 * @param customer who ordered
 * @param items what was ordered
 * @param total the price of all
 */
public record Order(String id, String customer, List<Item> items, BigDecimal total) {

	/**
	 * One line of an order.
	 *
	 * @param sku the article
	 * @param quantity how many
	 * @param price the price of one
	 */
	public record Item(String sku, int quantity, BigDecimal price) {
	}

}
