package io.ductworks.sample;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.ductworks.DuctProblemException;
import io.ductworks.sample.Stock.Article;
import io.ductworks.sample.Stock.Level;
import io.ductworks.sample.Stock.Restocked;
import io.ductworks.spring.listener.DuctListener;
import jakarta.validation.constraints.Positive;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/**
 * Knows what the warehouse has, and answers the shop's questions about it.
 */
@Component
@Profile("!shop & !python")
class Shelves {

	private static final Logger logger = LoggerFactory.getLogger(Shelves.class);

	private final Map<String, Integer> pieces = new ConcurrentHashMap<>(
			Map.of("nail", 10_000, "hammer", 200, "saw", 20));

	private final Prices prices;

	Shelves(Prices prices) {
		this.prices = prices;
	}

	@DuctListener(value = "shop", method = "stock.count")
	Level count(Article article) {
		return new Level(article.sku(), change(article.sku(), 0));
	}

	/**
	 * Asks back what the pieces cost, over the connection that the question came by.
	 */
	@DuctListener(value = "shop", method = "stock.restock")
	Restocked restock(String sku, @Positive int pieces) {
		int cents = this.prices.get(new Article(sku)).cents();
		logger.info("{} more of {}", pieces, sku);
		return new Restocked(sku, change(sku, pieces), pieces * cents);
	}

	/**
	 * Puts pieces on the shelf, or takes some if their number is negative.
	 * @return what is left, negative if pieces have to be ordered first
	 */
	int change(String sku, int change) {
		Integer left = this.pieces.computeIfPresent(sku, (key, before) -> before + change);
		if (left == null) {
			throw new DuctProblemException(404, "No such article", sku);
		}
		return left;
	}

}
