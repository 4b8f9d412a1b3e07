package io.ductworks.test.shop;

import io.ductworks.message.MessageDuctChild;
import io.ductworks.test.autoconfigure.AutoConfigureTestDucts;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;

@SpringBootTest
@AutoConfigureTestDucts
class MockedDuctTests {

	@MockitoBean
	private MessageDuctChild billingDuct;

	@Autowired
	private Billing billing;

	@Test
	void orderWhenBilledThenHasTheReceipt() {
		Order order = new Order("nail", 3);
		given(this.billingDuct.request(order, Receipt.class)).willReturn(new Receipt("B-7"));
		assertThat(this.billing.bill(order)).isEqualTo(new Receipt("B-7"));
	}

}
