/**
 * Addresses, and bytes in and out: Unix domain sockets, TCP and in-memory pipes, all
 * non-blocking and selectable.
 */
@NullMarked
package io.ductworks.transport;

import org.jspecify.annotations.NullMarked;
