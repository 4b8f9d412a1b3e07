package io.ductworks.message;

/**
 * Cannot be encoded.
 */
public final class Unwritable {

	public String getText() {
		throw new IllegalStateException("expected");
	}

}
