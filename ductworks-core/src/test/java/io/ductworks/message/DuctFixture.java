package io.ductworks.message;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.UnaryOperator;

import io.ductworks.peer.DuctPeer;
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

	/**
	 * What each parent of the tests is set up with.
	 */
	default MessageDuctParent.Builder parentSettings(MessageDuctParent.Builder builder) {
		return builder;
	}

	/**
	 * What each child of the tests is set up with.
	 */
	default MessageDuctChild.Builder childSettings(MessageDuctChild.Builder builder) {
		return builder;
	}

	default MessageDuctParent.Builder parentBuilder() {
		return parentSettings(MessageDuctParent.builder().address(address()).timeout(Duration.ofSeconds(10)));
	}

	default MessageDuctChild.Builder childBuilder() {
		return childSettings(MessageDuctChild.builder());
	}

	/**
	 * Connects a child that speaks bytes.
	 */
	default DuctPeer peer(DuctAddress address) {
		return Peers.connect(address);
	}

	/**
	 * Connects a child that speaks bytes, and waits until the parent has it.
	 */
	default DuctPeer peerOf(MessageDuctParent parent) {
		return Peers.of(parent, this::peer);
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
		return DuctPair.create(
				(builder) -> parent.apply(parentSettings(builder.address(address()).timeout(Duration.ofSeconds(10)))),
				(builder) -> child.apply(childSettings(builder.timeout(Duration.ofSeconds(10)))));
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
	 * How many messages may be counted as unsent though the peer has received them.
	 */
	default int countedTwice() {
		return 0;
	}

	/**
	 * A message for which there is no room after {@link #fill}.
	 */
	default String tooMuch() {
		return "y".repeat(128 * 1024);
	}

	default boolean isRefused(DuctAddress address) {
		try (DuctPeer peer = peer(address)) {
			return false;
		}
		catch (UncheckedIOException ex) {
			return true;
		}
	}

}
