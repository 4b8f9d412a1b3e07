/**
 * Observations of what ducts send and listeners take, so that traces go through them.
 */
@NullMarked
package io.ductworks.spring.observation;

import org.jspecify.annotations.NullMarked;
