package io.ductworks.test.shop;

import io.ductworks.message.MessageDuctParent;
import io.ductworks.peer.DuctPeer;
import io.ductworks.test.autoconfigure.AutoConfigureTestDucts;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;

import static io.ductworks.test.DuctAssertions.assertThat;

@SpringBootTest(properties = "ductworks.parent.orders.max-children=1")
@AutoConfigureTestDucts
class OtherContextTests {

	@Value("${local.ductworks.orders.address}")
	private String address;

	@Autowired
	private MessageDuctParent ordersDuct;

	@Test
	void ordersWhenAskedThenOnlyThisContextCounts() {
		try (DuctPeer peer = DuctPeer.connect(this.address)) {
			peer.send("{\"sku\": \"nail\", \"pieces\": 3}");
			peer.expect("{\"number\": \"nail-3\"}");
			assertThat(this.ordersDuct).isConnected().hasReceived(1).hasSent(1);
		}
		assertThat(this.ordersDuct).isNotConnected();
	}

}
