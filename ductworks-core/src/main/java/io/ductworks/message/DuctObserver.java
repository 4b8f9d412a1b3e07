package io.ductworks.message;

import io.ductworks.CloseReason;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * Is told what happens to a duct. All methods do nothing by default. What happens to one
 * connection is told in its order, one event after the other, and after
 * {@link #listening}; what happens to several connections, and to the duct itself, may be
 * told at the same time, by up to 64 threads: an observer has to be thread-safe. None of
 * these threads reads or writes, and a method may take its time: other observers, and
 * those of other connections, are told meanwhile, but a connection's first message is
 * handed out only when {@link #connected} has returned everywhere. An observer for which
 * 10,000 events wait is told of no more until it has caught up, and
 * {@link DuctStatistics#eventsDropped()} counts those that it missed. After
 * {@link #closed}, which comes last, nothing is told until the duct opens again; if an
 * observer takes longer than the close time-out, it misses what was left. What they throw
 * is logged.
 */
public interface DuctObserver {

	/**
	 * A parent has bound its address.
	 * @param duct the parent
	 * @param address the real address, with the port that was chosen
	 */
	default void bound(MessageDuct duct, DuctAddress address) {
	}

	/**
	 * A parent waits for children.
	 * @param duct the parent
	 * @param address the real address
	 */
	default void listening(MessageDuct duct, DuctAddress address) {
	}

	/**
	 * A connection is open.
	 * @param duct the parent or child, which may count as connected only a moment later
	 * @param connection the connection, which can be sent to already
	 */
	default void connected(MessageDuct duct, MessageDuct connection) {
	}

	/**
	 * A connection has ended, or was refused at once.
	 * @param duct the parent or child
	 * @param connection the connection, {@code null} for one that was refused
	 * @param reason why
	 * @param unsent how many accepted messages were not fully written; they are never
	 * sent again
	 */
	default void disconnected(MessageDuct duct, @Nullable MessageDuct connection, CloseReason reason, int unsent) {
	}

	/**
	 * A duct was closed by this side.
	 * @param duct the parent or child
	 */
	default void closed(MessageDuct duct) {
	}

	/**
	 * A child's attempt to connect failed.
	 * @param duct the child
	 * @param failure why
	 */
	default void connectFailed(MessageDuct duct, Exception failure) {
	}

	/**
	 * A request has ended. Telling of each costs several times what a
	 * {@link RequestRecorder} does, and misses some when there are many.
	 * @param duct the parent or child
	 * @param outcome how
	 * @param nanos how long it took, in nanoseconds
	 */
	default void requestCompleted(MessageDuct duct, RequestOutcome outcome, long nanos) {
	}

}
