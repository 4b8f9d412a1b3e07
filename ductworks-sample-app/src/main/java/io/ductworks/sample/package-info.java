/**
 * A shop and a warehouse that talk over a duct: in one process, in two, or with the
 * warehouse in Python.
 */
@NullMarked
package io.ductworks.sample;

import org.jspecify.annotations.NullMarked;
