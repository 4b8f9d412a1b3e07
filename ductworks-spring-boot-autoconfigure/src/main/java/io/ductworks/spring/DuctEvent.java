package io.ductworks.spring;

import io.ductworks.CloseReason;
import io.ductworks.message.MessageDuct;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * Something happened to a configured duct. Published to the application context, one
 * event after the other for each duct, on a thread that neither reads nor writes.
 */
public sealed interface DuctEvent {

	/**
	 * The parent or child.
	 * @return the duct
	 */
	MessageDuct duct();

	/**
	 * A parent has bound its address.
	 *
	 * @param duct the parent
	 * @param address the real address, with the port that was chosen
	 */
	record Bound(MessageDuct duct, DuctAddress address) implements DuctEvent {
	}

	/**
	 * A parent waits for children.
	 *
	 * @param duct the parent
	 * @param address the real address
	 */
	record Listening(MessageDuct duct, DuctAddress address) implements DuctEvent {
	}

	/**
	 * A connection is open. Its first message is handed out after the event.
	 *
	 * @param duct the parent or child
	 * @param connection the connection
	 */
	record Connected(MessageDuct duct, MessageDuct connection) implements DuctEvent {
	}

	/**
	 * A connection has ended, or was refused at once.
	 *
	 * @param duct the parent or child
	 * @param connection the connection, {@code null} for one that was refused
	 * @param reason why
	 * @param unsent how many accepted messages were not fully written; they are never
	 * sent again
	 */
	record Disconnected(MessageDuct duct, @Nullable MessageDuct connection, CloseReason reason,
			int unsent) implements DuctEvent {
	}

	/**
	 * A child's attempt to connect failed. It tries again, so there may be many of these.
	 *
	 * @param duct the child
	 * @param failure why
	 */
	record ConnectFailed(MessageDuct duct, Exception failure) implements DuctEvent {
	}

	/**
	 * A duct was closed by this side.
	 *
	 * @param duct the parent or child
	 */
	record Closed(MessageDuct duct) implements DuctEvent {
	}

}
