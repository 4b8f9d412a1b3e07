/**
 * JeroMQ as a contender.
 */
@NullMarked
package io.ductworks.benchmarks.jeromq;

import org.jspecify.annotations.NullMarked;
