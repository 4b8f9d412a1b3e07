package io.ductworks.message;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class DuctNameTests {

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\t" })
	void nameWhenBlankThenIsRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> MessageDuctParent.builder().name(name))
			.withMessage("A duct needs a name that is not blank");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\nb", "a\r", "\u001b[31mred", "a\u2028b", "a\u202eb" })
	void nameWhenItCouldForgeALogLineThenIsRefusedInOneLine(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> MessageDuctChild.builder().name(name))
			.withMessageContaining("has a line break or another control character in it")
			.withMessageMatching("\\P{Cntrl}+");
	}

	@ParameterizedTest
	@ValueSource(strings = { "orders", "Bestellungen für Köln", "订单", "a-b_c.d/e" })
	void nameWhenPrintableThenIsTaken(String name) {
		assertThat(MessageDuctParent.builder().name(name).build().name()).isEqualTo(name);
	}

}
