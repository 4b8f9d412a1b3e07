package io.ductworks.test.shop;

import java.time.Duration;

import io.ductworks.DuctTimeoutException;
import io.ductworks.MessageProtocolException;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.peer.DuctPeer;
import io.ductworks.peer.PeerConnection;
import io.ductworks.test.autoconfigure.AutoConfigureTestDucts;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@SpringBootTest(properties = "ductworks.child.billing.frame-timeout=200ms")
@AutoConfigureTestDucts
class BillingTests {

	private static final Order ORDER = new Order("nail", 3);

	@Value("${local.ductworks.billing.address}")
	private String address;

	@Autowired
	private Billing billing;

	@Autowired
	private MessageDuctChild billingDuct;

	@Test
	void orderWhenBilledThenHasTheReceipt() {
		try (DuctPeer peer = DuctPeer.listen(this.address, (connection) -> {
			connection.expect("{\"sku\": \"nail\", \"pieces\": 3}");
			connection.reply("{\"number\": \"B-7\"}");
		})) {
			assertThat(this.billing.bill(ORDER)).isEqualTo(new Receipt("B-7"));
			peer.verify();
		}
	}

	@Test
	void orderWhenBillingFailsThenSaysWhy() {
		try (DuctPeer peer = DuctPeer.listen(this.address, (connection) -> {
			connection.receive();
			connection.sendFailure(402, "No credit");
		})) {
			assertThatExceptionOfType(RemoteHandlerException.class).isThrownBy(() -> this.billing.bill(ORDER))
				.satisfies((failure) -> assertThat(failure.status()).isEqualTo(402));
			peer.verify();
		}
	}

	@Test
	void orderWhenBillingStallsThenConnectionEnds() {
		try (DuctPeer peer = DuctPeer.listen(this.address, (connection) -> {
			connection.receive();
			connection.stall("{\"number\": \"B-7\"}");
			connection.awaitEnd();
		})) {
			assertThatExceptionOfType(MessageProtocolException.class).isThrownBy(() -> this.billing.bill(ORDER))
				.withMessageContaining("did not come to its end");
			peer.verify();
		}
	}

	@Test
	void orderWhenBillingIsKilledThenFails() {
		try (DuctPeer peer = DuctPeer.listen(this.address, (connection) -> {
			connection.receive();
			connection.reset();
		})) {
			assertThatExceptionOfType(RemoteDuctClosedException.class).isThrownBy(() -> this.billing.bill(ORDER));
			peer.verify();
		}
	}

	@Test
	void orderWhenBillingSpeaksAnotherProtocolThenSaysSo() {
		try (DuctPeer peer = DuctPeer.listen(this.address, (connection) -> {
			connection.receive();
			connection.sendBadMagic();
		})) {
			assertThatExceptionOfType(MessageProtocolException.class).isThrownBy(() -> this.billing.bill(ORDER));
			peer.verify();
		}
	}

	@Test
	void orderWhenBillingDoesNotAnswerThenTimesOut() {
		try (DuctPeer peer = DuctPeer.listen(this.address, PeerConnection::receive)) {
			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> this.billingDuct.request(ORDER, Receipt.class, Duration.ofSeconds(1)))
				.satisfies((failure) -> assertThat(failure.sent()).isTrue());
			peer.verify();
		}
	}

}
