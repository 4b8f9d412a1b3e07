/**
 * Ducts as a Spring application uses them.
 */
@NullMarked
package io.ductworks.benchmarks.spring;

import org.jspecify.annotations.NullMarked;
