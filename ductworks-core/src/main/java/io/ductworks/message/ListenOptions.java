package io.ductworks.message;

import io.ductworks.internal.transport.SocketFileMode;

/**
 * The settings that a parent has for listening.
 *
 * @param fileMode who may open the file of a Unix domain socket
 * @param acceptsPerSecond how many children are accepted in a second
 * @param backlog how many children may wait to be accepted
 * @param allowPlaintext whether it may listen without TLS where other machines reach it
 * @param refusalFrame whether children that are refused are told why
 */
record ListenOptions(SocketFileMode fileMode, int acceptsPerSecond, int backlog, boolean allowPlaintext,
		boolean refusalFrame) {
}
