/**
 * The wire: {@code 0x54}, an unsigned 32-bit length in network order, the payload. Buffer
 * in, frame out, and back; internal to Ductworks.
 */
@NullMarked
package io.ductworks.internal.frame;

import org.jspecify.annotations.NullMarked;
