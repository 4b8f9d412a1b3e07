/**
 * Spring Integration's TCP adapters and gateways as a contender.
 */
@NullMarked
package io.ductworks.benchmarks.integration;

import org.jspecify.annotations.NullMarked;
