package io.ductworks.sample;

import io.ductworks.peer.DuctPeer;
import io.ductworks.peer.RpcAnswer;
import io.ductworks.test.autoconfigure.DuctTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.ActiveProfiles;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The listeners of the warehouse alone, with the shop played by the test.
 */
@DuctTest
@ActiveProfiles("warehouse")
class WarehouseTests {

	@Value("${local.ductworks.warehouse.address}")
	private String address;

	@Value("${local.ductworks.shop.address}")
	private String stockAddress;

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

	@Test
	void stockWhenCountedThenIsAnsweredByArticle() {
		try (DuctPeer shop = DuctPeer.listen(this.stockAddress)) {
			shop.rpc().call("stock.count", "{\"sku\": \"hammer\"}").expectResult("{\"sku\":\"hammer\",\"pieces\":200}");
			assertThat(shop.rpc().call("stock.count", "{\"sku\": \"anvil\"}").error().data()).contains("404", "anvil");
			assertThat(shop.rpc().call("stock.burn", null).error().code()).isEqualTo(-32601);
			assertThat(shop.rpc().call("stock.restock", "{\"sku\": \"nail\", \"pieces\": 0}").error().code())
				.isEqualTo(-32602);
		}
	}

	@Test
	void stockWhenItComesThenTheShopIsAskedWhatItCosts() {
		try (DuctPeer shop = DuctPeer.listen(this.stockAddress)) {
			RpcAnswer restocked = shop.rpc().call("stock.restock", "{\"sku\": \"nail\", \"pieces\": 2}");
			shop.rpc().expectCall("price.get").result("{\"cents\": 5}");
			assertThat(restocked.result()).contains("\"sku\":\"nail\"", "\"cents\":10");
		}
	}

}
