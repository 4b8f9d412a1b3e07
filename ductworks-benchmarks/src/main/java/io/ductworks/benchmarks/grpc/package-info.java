/**
 * gRPC as a contender.
 */
@NullMarked
package io.ductworks.benchmarks.grpc;

import org.jspecify.annotations.NullMarked;
