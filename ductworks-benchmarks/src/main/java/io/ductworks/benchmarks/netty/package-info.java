/**
 * Netty as a contender: frames of our own on its channels.
 */
@NullMarked
package io.ductworks.benchmarks.netty;

import org.jspecify.annotations.NullMarked;
