package io.ductworks.message;

import java.lang.reflect.Type;

import org.jspecify.annotations.Nullable;

/**
 * A payload together with its type, where the value alone does not tell it: the elements
 * of a list that are to be written as their declared type, with the members that a mapper
 * adds for it. May stand wherever a payload may; codecs that know no types write the
 * value as it is. Immutable.
 *
 * @param value the payload, {@code null} included
 * @param type its type, which may be generic
 */
public record TypedPayload(@Nullable Object value, Type type) {

	/**
	 * Gives a payload its type.
	 * @param value the payload, {@code null} included
	 * @param type its type, which may be generic
	 * @return the two together
	 */
	public static TypedPayload of(@Nullable Object value, Type type) {
		return new TypedPayload(value, type);
	}

}
