package io.ductworks.sample;

import java.util.Map;

import io.ductworks.DuctProblemException;
import io.ductworks.sample.Prices.Price;
import io.ductworks.sample.Stock.Article;
import io.ductworks.sample.Stock.Level;
import io.ductworks.sample.Stock.Restocked;
import io.ductworks.spring.listener.DuctListener;

import org.springframework.context.annotation.Profile;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Shows over HTTP what the warehouse has, and tells the warehouse what it costs.
 */
@RestController
@Profile("!warehouse")
class Catalogue {

	private final Map<String, Integer> cents = Map.of("nail", 5, "hammer", 1800, "saw", 2500);

	private final Stock stock;

	Catalogue(Stock stock) {
		this.stock = stock;
	}

	@GetMapping("/stock/{sku}")
	Level count(@PathVariable String sku) {
		return this.stock.count(new Article(sku));
	}

	@PostMapping("/stock/{sku}")
	Restocked restock(@PathVariable String sku, @RequestParam int pieces) {
		return this.stock.restock(sku, pieces);
	}

	@DuctListener(value = "stock", method = "price.get")
	Price price(String sku) {
		Integer price = this.cents.get(sku);
		if (price == null) {
			throw new DuctProblemException(404, "No such article", sku);
		}
		return new Price(price);
	}

}
