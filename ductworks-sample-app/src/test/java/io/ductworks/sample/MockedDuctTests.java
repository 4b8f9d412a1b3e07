package io.ductworks.sample;

import java.util.List;

import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.test.autoconfigure.AutoConfigureTestDucts;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.bean.override.mockito.MockitoBean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.never;

/**
 * The shop with a duct that is none, as an application tests what it does with answers.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE)
@AutoConfigureTestDucts
@ActiveProfiles("shop")
class MockedDuctTests {

	@MockitoBean
	private MessageDuctParent ordersDuct;

	/** Orders by itself, and no mock may be used while it is told what to answer. */
	@MockitoBean
	private RegularCustomer customer;

	@Autowired
	private Shop shop;

	@Autowired
	private DuctRegistry registry;

	@Test
	void b13OrderWhenTheDuctIsAMockThenGivesItsAnswer() {
		PlaceOrder order = new PlaceOrder("ada", List.of(new PlaceOrder.Item("nail", 3)));
		Receipt receipt = new Receipt("P-1", "ada", 3, false);
		given(this.ordersDuct.request(order, Receipt.class)).willReturn(receipt);

		assertThat(this.shop.order(order)).isEqualTo(receipt);
		assertThat(this.registry.get("orders")).isSameAs(this.ordersDuct);
	}

	@Test
	void b13DuctWhenItIsAMockThenIsNotOpened() {
		assertThat(this.registry.parents()).containsOnlyKeys("stock");
		then(this.ordersDuct).should(never()).bind();
	}

}
