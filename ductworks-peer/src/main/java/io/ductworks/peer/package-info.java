/**
 * A scripted and misbehaving peer, for tests of programs that use ducts.
 */
@NullMarked
package io.ductworks.peer;

import org.jspecify.annotations.NullMarked;
