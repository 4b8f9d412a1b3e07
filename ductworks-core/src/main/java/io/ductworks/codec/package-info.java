/**
 * Payload bytes to objects and back: JSON, text, bytes, or the user's own.
 */
@NullMarked
package io.ductworks.codec;

import org.jspecify.annotations.NullMarked;
