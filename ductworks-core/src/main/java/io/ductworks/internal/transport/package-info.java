/**
 * Bytes in and out over Unix domain sockets, TCP, TLS and in-memory pipes, all
 * non-blocking and selectable; internal to Ductworks.
 */
@NullMarked
package io.ductworks.internal.transport;

import org.jspecify.annotations.NullMarked;
