/**
 * What a payload means in a protocol: JSON-RPC 2.0 read from bytes and its errors
 * written. Knows no sockets, ducts and threads; internal to Ductworks.
 */
@NullMarked
package io.ductworks.internal.protocol;

import org.jspecify.annotations.NullMarked;
