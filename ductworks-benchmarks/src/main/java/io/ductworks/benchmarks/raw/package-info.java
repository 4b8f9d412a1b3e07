/**
 * Channels of the JDK without a library.
 */
@NullMarked
package io.ductworks.benchmarks.raw;

import org.jspecify.annotations.NullMarked;
