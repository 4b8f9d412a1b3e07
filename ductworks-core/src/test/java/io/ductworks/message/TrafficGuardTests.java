package io.ductworks.message;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link TrafficGuard}.
 */
class TrafficGuardTests {

	private final TrafficGuard guard = new TrafficGuard("Duct 'orders'", false);

	@Test
	void askingWhenDuctHasSentThenRefused() {
		this.guard.sending();
		this.guard.sending();
		assertThatIllegalStateException().isThrownBy(this.guard::asking)
			.withMessageStartingWith("Duct 'orders': request is refused")
			.withMessageContaining("mixed-traffic: true");
	}

	@Test
	void sendingWhenDuctHasAskedThenRefused() {
		this.guard.asking();
		this.guard.asking();
		assertThatIllegalStateException().isThrownBy(this.guard::sending)
			.withMessageStartingWith("Duct 'orders': send is refused");
	}

	@Test
	void sendingWhenAskingWasRefusedThenAllowed() {
		this.guard.sending();
		assertThatIllegalStateException().isThrownBy(this.guard::asking);
		this.guard.sending();
	}

	@Test
	void useWhenDuctIsOpenedAgainThenBeginsAnew() {
		this.guard.sending();
		this.guard.opened(null);
		this.guard.asking();
	}

	@Test
	void useWhenThereIsAHandlerThenSendsOnly() {
		this.guard.opened((from, message) -> {
		});
		this.guard.sending();
		assertThatIllegalStateException().isThrownBy(this.guard::asking).withMessageContaining("has a handler");
	}

	@Test
	void useWhenHandlerAnswersThenNeitherSendsNorAsks() {
		this.guard.opened(DuctHandler.answering((from, message) -> null));
		assertThatIllegalStateException().isThrownBy(this.guard::sending);
		assertThatIllegalStateException().isThrownBy(this.guard::asking);
		assertThat(this.guard.hasAnswered()).isTrue();
	}

	@Test
	void useWhenTrafficIsMixedThenAnything() {
		TrafficGuard mixed = new TrafficGuard("Duct 'orders'", true);
		mixed.opened(DuctHandler.answering((from, message) -> null));
		mixed.sending();
		mixed.asking();
	}

}
