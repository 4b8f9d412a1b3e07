/**
 * Ducts without Spring.
 */
@NullMarked
package io.ductworks.benchmarks.ducts;

import org.jspecify.annotations.NullMarked;
