package io.ductworks.message;

import io.ductworks.internal.loop.LogText;

/**
 * What the name of a duct may be. It stands in each of its log lines.
 */
final class DuctName {

	private DuctName() {
	}

	/**
	 * Requires a name that can be shown.
	 * @return the name
	 * @throws IllegalArgumentException if it is blank, or has a line break or another
	 * control or format character in it
	 */
	static String require(String name) {
		if (name.isBlank()) {
			throw new IllegalArgumentException("A duct needs a name that is not blank");
		}
		String shown = LogText.shown(name, name.length());
		if (!shown.equals(name)) {
			throw new IllegalArgumentException(
					"Name '" + shown + "' has a line break or another control character in it; leave it out");
		}
		return name;
	}

}
