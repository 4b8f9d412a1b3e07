package io.ductworks.message;

import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;

import io.ductworks.transport.DuctAddress;

/**
 * What the parts of the contract work with.
 */
interface DuctFixture {

	Duration SOON = Duration.ofSeconds(5);

	Duration SHORT = Duration.ofMillis(200);

	String CHUNK = "x".repeat(16 * 1024 - 2);

	/**
	 * A fresh address for a parent.
	 */
	DuctAddress address();

	default MessageDuctParent.Builder parentBuilder() {
		return MessageDuctParent.builder().address(address()).timeout(Duration.ofSeconds(10));
	}

	default MessageDuctParent bound() {
		return bound((parent) -> parent);
	}

	default MessageDuctParent bound(UnaryOperator<MessageDuctParent.Builder> settings) {
		MessageDuctParent parent = settings.apply(parentBuilder()).build();
		parent.bind();
		return parent;
	}

	default DuctPair pair() {
		return pair((parent) -> parent, (child) -> child);
	}

	default DuctPair pair(UnaryOperator<MessageDuctParent.Builder> parent,
			UnaryOperator<MessageDuctChild.Builder> child) {
		return DuctPair.create((builder) -> parent.apply(builder.address(address()).timeout(Duration.ofSeconds(10))),
				(builder) -> child.apply(builder.timeout(Duration.ofSeconds(10))));
	}

	/**
	 * Sends to a peer that does not read until there is no room for another 128 KiB.
	 * @return the number of messages
	 */
	default int fill(MessageDuct duct) {
		int sent = 0;
		while (duct.statistics().outboundPending() < 160 * 1024) {
			duct.send(CHUNK);
			sent++;
		}
		return sent;
	}

	/**
	 * A message for which there is no room after {@link #fill}.
	 */
	default String tooMuch() {
		return "y".repeat(128 * 1024);
	}

	default boolean isRefused(DuctAddress address) {
		try (RawPeer peer = RawPeer.connect(address)) {
			return false;
		}
		catch (IOException ex) {
			return true;
		}
	}

}
