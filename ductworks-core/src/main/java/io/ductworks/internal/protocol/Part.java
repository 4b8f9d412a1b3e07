package io.ductworks.internal.protocol;

/**
 * Where one JSON value stands in a payload, without the blanks around it. Immutable.
 *
 * @param offset its first byte
 * @param length how many bytes it has
 */
public record Part(int offset, int length) {

}
