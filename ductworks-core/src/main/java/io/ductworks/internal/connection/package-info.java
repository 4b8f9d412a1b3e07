/**
 * One live connection: payload bytes in and out, its life cycle and its deadlines. Knows
 * no endpoint, codec, handler or observer; internal to Ductworks.
 */
@NullMarked
package io.ductworks.internal.connection;

import org.jspecify.annotations.NullMarked;
