package io.ductworks.spring.listener;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import io.ductworks.CloseReason;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.DuctEvent;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Methods that are called when a duct has got or lost a connection.
 */
@ExtendWith(NothingLeftBehind.class)
class ConnectionListenerTests {

	private static String[] ducts() {
		return new String[] { "ductworks.parent.orders.address=" + Peers.freshAddress(),
				"ductworks.parent.stock.address=" + Peers.freshAddress(), "shop.duct=orders" };
	}

	static class Visits {

		final List<String> seen = new CopyOnWriteArrayList<>();

		final List<Object> arguments = new CopyOnWriteArrayList<>();

		@DuctConnected("${shop.duct}")
		void came(MessageDuct connection) {
			this.arguments.add(connection);
			this.seen.add("came");
		}

		@DuctDisconnected("orders")
		void went(CloseReason reason) {
			this.arguments.add(reason);
			this.seen.add("went");
		}

		@DuctListener("orders")
		void take(String message) {
			this.seen.add(message);
		}

	}

	@Test
	void connectionWhenItComesAndGoesThenMethodsOfItsDuctAreCalledAroundItsMessages() {
		try (ConfigurableApplicationContext context = Peers.start(ducts(), Visits.class)) {
			Visits visits = context.getBean(Visits.class);
			try (MessageDuctChild other = Peers.childOf(context, "stock");
					MessageDuctChild child = Peers.childOf(context, "orders")) {
				child.send("hello");
				Peers.eventually().until(() -> visits.seen.contains("hello"));
			}
			Peers.eventually().until(() -> visits.seen.size() == 3);

			assertThat(visits.seen).containsExactly("came", "hello", "went");
			assertThat(visits.arguments.get(0)).isInstanceOf(MessageDuct.class);
			assertThat(visits.arguments.get(1)).isEqualTo(CloseReason.PEER_CLOSED);
		}
	}

	static class AllDucts {

		final List<String> seen = new CopyOnWriteArrayList<>();

		@DuctConnected
		void came() {
			this.seen.add("came");
		}

		@DuctConnected
		void came(DuctEvent.Connected event) {
			this.seen.add("came to " + event.duct().name());
		}

		@DuctDisconnected
		void went(DuctEvent.Disconnected event) {
			this.seen.add("went from " + event.duct().name());
		}

	}

	@Test
	void connectionWhenNoDuctIsNamedThenMethodsAreCalledForAll() {
		try (ConfigurableApplicationContext context = Peers.start(ducts(), AllDucts.class)) {
			AllDucts all = context.getBean(AllDucts.class);
			Peers.childOf(context, "orders").close();
			Peers.childOf(context, "stock").close();
			Peers.eventually().until(() -> all.seen.size() == 6);

			assertThat(all.seen).containsExactlyInAnyOrder("came", "came", "came to orders", "came to stock",
					"went from orders", "went from stock");
		}
	}

	static class Refusals {

		final List<Object> seen = new CopyOnWriteArrayList<>();

		@DuctDisconnected("orders")
		void went(CloseReason reason) {
			this.seen.add(reason);
		}

		@DuctDisconnected("orders")
		void went(MessageDuct connection) {
			this.seen.add("connection");
		}

	}

	@Test
	void connectionWhenItWasRefusedThenOnlyMethodsThatTakeNoConnectionAreCalled() {
		String[] properties = { "ductworks.parent.orders.address=" + Peers.freshAddress(),
				"ductworks.parent.orders.max-children=1" };
		try (ConfigurableApplicationContext context = Peers.start(properties, Refusals.class)) {
			Refusals refusals = context.getBean(Refusals.class);
			try (MessageDuctChild first = Peers.childOf(context, "orders");
					MessageDuctChild second = Peers.childOf(context, "orders")) {
				Peers.eventually().until(() -> refusals.seen.contains(CloseReason.TOO_MANY_CHILDREN));
				assertThat(refusals.seen).containsExactly(CloseReason.TOO_MANY_CHILDREN);
				assertThat(first.isConnected()).isTrue();
			}
			Peers.eventually().until(() -> refusals.seen.contains("connection"));
		}
	}

	static class UnknownDuct {

		@DuctConnected("invoices")
		void came() {
		}

	}

	static class WrongParameter {

		@DuctConnected("orders")
		void came(String what) {
		}

	}

	static class TooManyParameters {

		@DuctDisconnected("orders")
		void went(MessageDuct connection, CloseReason reason) {
		}

	}

	static class UnknownPlaceholder {

		@DuctDisconnected("${no.such.property}")
		void went() {
		}

	}

	private static Stream<Arguments> wrong() {
		return Stream.of(Arguments.of(UnknownDuct.class, "UnknownDuct.came names a duct that does not exist"),
				Arguments.of(WrongParameter.class, "MessageDuct, Connected, DuctEvent"),
				Arguments.of(TooManyParameters.class, "CloseReason, MessageDuct, Disconnected, DuctEvent"),
				Arguments.of(UnknownPlaceholder.class, "no.such.property"));
	}

	@ParameterizedTest
	@MethodSource("wrong")
	void methodWhenItCannotBeCalledThenTheStartFailsInWords(Class<?> listener, String words) {
		assertThatException().isThrownBy(() -> Peers.start(ducts(), listener).close())
			.satisfies((failure) -> assertThat(Stream.iterate(failure, Objects::nonNull, Throwable::getCause))
				.anySatisfy((cause) -> assertThat(cause).isInstanceOf(DuctSetupException.class)
					.hasMessageContaining(words)));
	}

}
