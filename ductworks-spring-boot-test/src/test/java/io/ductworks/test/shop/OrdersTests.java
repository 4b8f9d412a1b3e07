package io.ductworks.test.shop;

import io.ductworks.peer.DuctPeer;
import io.ductworks.test.autoconfigure.DuctTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;

@DuctTest
class OrdersTests {

	@Value("${local.ductworks.orders.address}")
	private String address;

	@MockitoBean
	private Stock stock;

	@Test
	void orderWhenPlacedThenIsReserved() {
		given(this.stock.reserve("nail", 3)).willReturn("R-1");
		try (DuctPeer peer = DuctPeer.connect(this.address)) {
			peer.send("{\"sku\": \"nail\", \"pieces\": 3}");
			peer.expect("{\"number\": \"R-1\"}");
		}
	}

	@Test
	void orderWhenNotValidThenIsRefused() {
		try (DuctPeer peer = DuctPeer.connect(this.address)) {
			peer.send("{\"sku\": \"nail\", \"pieces\": 0}");
			assertThat(peer.receive()).contains("400", "pieces must be greater than or equal to 1");
		}
	}

}
