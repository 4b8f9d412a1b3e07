/**
 * Meters for ducts and listeners.
 */
@NullMarked
package io.ductworks.spring.boot.metrics;

import org.jspecify.annotations.NullMarked;
