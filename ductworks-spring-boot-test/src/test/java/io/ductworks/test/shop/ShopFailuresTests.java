package io.ductworks.test.shop;

import java.util.NoSuchElementException;

import io.ductworks.peer.DuctPeer;
import io.ductworks.test.autoconfigure.DuctTest;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;

/**
 * Has a context, and so a mock, of its own: test classes run at the same time.
 */
@DuctTest(properties = "ductworks.defaults.max-handlers=2")
class ShopFailuresTests {

	@Value("${local.ductworks.orders.address}")
	private String address;

	@MockitoBean
	private Stock stock;

	@Test
	void orderWhenTheArticleIsUnknownThenTheAdviceSaysSo() {
		given(this.stock.reserve("ghost", 1)).willThrow(new NoSuchElementException("ghost"));
		try (DuctPeer peer = DuctPeer.connect(this.address)) {
			peer.send("{\"sku\": \"ghost\", \"pieces\": 1}");
			assertThat(peer.receive()).contains("404", "No such article", "ghost");
		}
	}

}
