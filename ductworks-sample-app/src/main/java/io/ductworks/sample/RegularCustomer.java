package io.ductworks.sample;

import java.util.List;

import io.ductworks.DuctworksException;
import io.ductworks.sample.PlaceOrder.Item;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.annotation.Profile;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Orders something every second, so that there is something to see.
 */
@Component
@Profile("!warehouse")
class RegularCustomer {

	private static final Logger logger = LoggerFactory.getLogger(RegularCustomer.class);

	private final Shop shop;

	RegularCustomer(Shop shop) {
		this.shop = shop;
	}

	@Scheduled(fixedRate = 1000)
	void order() {
		try {
			Receipt receipt = this.shop
				.order(new PlaceOrder("grace", List.of(new Item("nail", 3), new Item("hammer", 1))));
			logger.info("{}", receipt);
		}
		catch (DuctworksException ex) {
			logger.warn("No receipt: {}", ex.getMessage());
		}
	}

}
