/**
 * Targets for Jazzer. Each build runs them on their inputs below
 * {@code src/test/resources}; the profile {@code fuzz} looks for others, in one target at
 * a time: {@code mvn -Pfuzz -pl ductworks-core -Dfuzz.target=JsonCodecFuzzTests
 * -Dfuzz.seconds=600 test}. What it finds is put beside the other inputs.
 */
@NullMarked
package io.ductworks.fuzz;

import org.jspecify.annotations.NullMarked;
