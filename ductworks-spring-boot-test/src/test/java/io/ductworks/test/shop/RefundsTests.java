package io.ductworks.test.shop;

import io.ductworks.peer.DuctPeer;
import io.ductworks.test.autoconfigure.DuctTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

import static org.assertj.core.api.Assertions.assertThat;

@DuctTest(useDefaultFilters = false)
class RefundsTests {

	@Value("${local.ductworks.billing.address}")
	private String address;

	@Autowired
	private Refunds refunds;

	@Test
	void orderWhenRefundedThenHasTheReceipt() {
		try (DuctPeer peer = DuctPeer.listen(this.address, (connection) -> {
			connection.expect("{\"sku\": \"nail\", \"pieces\": 3}");
			connection.reply("{\"number\": \"B-8\"}");
		})) {
			assertThat(this.refunds.refund(new Order("nail", 3))).isEqualTo(new Receipt("B-8"));
			peer.verify();
		}
	}

}
