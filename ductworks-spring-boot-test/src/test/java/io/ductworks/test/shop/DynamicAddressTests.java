package io.ductworks.test.shop;

import io.ductworks.peer.DuctPeer;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.test.context.DynamicPropertyRegistrar;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(properties = { "ductworks.parent.orders.address=", "ductworks.parent.orders.pseudo-anonymous=true",
		"ductworks.parent.orders.allowed-groups=", "ductworks.child.billing.ssl.bundle=" })
class DynamicAddressTests {

	@TestConfiguration(proxyBeanMethods = false)
	static class Peers {

		@Bean(destroyMethod = "close")
		DuctPeer billingPeer() {
			return DuctPeer.listen((connection) -> connection.answerEach((order) -> "{\"number\": \"B-7\"}"));
		}

		@Bean
		DynamicPropertyRegistrar billingAddress(DuctPeer billingPeer) {
			return (properties) -> properties.add("ductworks.child.billing.address", billingPeer::address);
		}

	}

	@Autowired
	private Billing billing;

	@Test
	void orderWhenBillingHasItsOwnAddressThenIsBilledThere() {
		assertThat(this.billing.bill(new Order("nail", 3))).isEqualTo(new Receipt("B-7"));
	}

}
