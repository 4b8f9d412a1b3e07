/**
 * Trials of the library under faults, with processes that are killed and stopped, and
 * under load: too long for every build, run by the profile {@code trials}.
 */
@NullMarked
package io.ductworks.trials;

import org.jspecify.annotations.NullMarked;
