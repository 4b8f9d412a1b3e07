/**
 * The ducts: whole messages both ways between a parent that listens and a child that
 * connects.
 */
@NullMarked
package io.ductworks.message;

import org.jspecify.annotations.NullMarked;
