package io.ductworks.sample;

import java.util.List;

import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Positive;

/**
 * What a customer orders.
 */
record PlaceOrder(@NotBlank String customer, @NotEmpty List<@Valid Item> items) {

	/**
	 * A number of pieces of one article.
	 */
	record Item(@NotBlank String sku, @Positive int quantity) {
	}

}
