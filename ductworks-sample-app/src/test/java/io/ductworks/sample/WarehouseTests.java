package io.ductworks.sample;

import io.ductworks.peer.DuctPeer;
import io.ductworks.test.autoconfigure.DuctTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.ActiveProfiles;

/**
 * The listener of the warehouse alone, with the shop played by the test.
 */
@DuctTest
@ActiveProfiles("warehouse")
class WarehouseTests {

	@Value("${local.ductworks.warehouse.address}")
	private String address;

	@Test
	void orderWhenInStockThenGetsAReceipt() {
		try (DuctPeer shop = DuctPeer.listen(this.address)) {
			shop.send("{\"customer\": \"ada\", \"items\": [{\"sku\": \"nail\", \"quantity\": 3}]}");
			shop.expect((receipt) -> receipt.contains("\"pieces\":3") && receipt.contains("\"backOrdered\":false"));
		}
	}

	@Test
	void orderWhenItsArticleIsUnknownThenIsRefused() {
		try (DuctPeer shop = DuctPeer.listen(this.address)) {
			shop.send("{\"customer\": \"ada\", \"items\": [{\"sku\": \"anvil\", \"quantity\": 1}]}");
			shop.expect((failure) -> failure.contains("404") && failure.contains("No such article"));
		}
	}

}
