/**
 * The selector thread of an open duct, waiting for one channel, and logs that peers
 * cannot flood; internal to Ductworks.
 */
@NullMarked
package io.ductworks.internal.loop;

import org.jspecify.annotations.NullMarked;
