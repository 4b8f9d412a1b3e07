package io.ductworks.message;

import java.net.SocketAddress;
import java.security.Principal;
import java.time.Duration;

import io.ductworks.internal.connection.Connection;
import org.jspecify.annotations.Nullable;

/**
 * How one open connection stood at an instant.
 *
 * @param number the number that log lines and exceptions call the connection by, from 1
 * on since the duct was opened
 * @param peer the user or the subject of the peer, {@code null} if that is not known
 * @param remoteAddress where it is, {@code null} if that is not known
 * @param age for how long it has been open
 * @param outboundPending bytes that wait to be written, headers included
 * @param messagesSent messages that were accepted to be sent
 * @param messagesReceived messages that were taken from the wire, answers to requests
 * among them
 */
public record ConnectionStatistics(int number, @Nullable Principal peer, @Nullable SocketAddress remoteAddress,
		Duration age, int outboundPending, long messagesSent, long messagesReceived) {

	static ConnectionStatistics of(Connection connection) {
		return new ConnectionStatistics(connection.number(), connection.peer(), connection.remoteAddress(),
				Duration.ofNanos(connection.ageNanos()), connection.output().pendingBytes(),
				connection.output().acceptedFrames(), connection.reading().takenFrames());
	}

}
