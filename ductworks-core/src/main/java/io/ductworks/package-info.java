/**
 * What every layer of Ductworks shares: the exception family and the reasons for which a
 * connection ends.
 */
@NullMarked
package io.ductworks;

import org.jspecify.annotations.NullMarked;
