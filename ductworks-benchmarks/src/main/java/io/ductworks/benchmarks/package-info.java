/**
 * Ducts measured in two processes beside the limit and beside their peers.
 */
@NullMarked
package io.ductworks.benchmarks;

import org.jspecify.annotations.NullMarked;
