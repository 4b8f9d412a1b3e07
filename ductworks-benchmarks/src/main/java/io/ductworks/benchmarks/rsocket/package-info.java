/**
 * RSocket as a contender, as it is and as Spring applications use it.
 */
@NullMarked
package io.ductworks.benchmarks.rsocket;

import org.jspecify.annotations.NullMarked;
