/**
 * Where a duct listens and connects: the addresses that applications name.
 */
@NullMarked
package io.ductworks.transport;

import org.jspecify.annotations.NullMarked;
