package io.ductworks.transport;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What no text of an address may have in it.
 */
final class AddressText {

	/** Control characters, and what ends a line. */
	private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]");

	private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[^}]*}?");

	private AddressText() {
	}

	/**
	 * Requires a text that log lines can show as it is.
	 * @throws IllegalArgumentException if there is a control character in it
	 */
	static void requirePrintable(String text) {
		Matcher matcher = UNPRINTABLE.matcher(text);
		if (matcher.find()) {
			throw new IllegalArgumentException("'" + matcher.replaceAll("?")
					+ "' has a line break or another control character in it; leave it out");
		}
	}

	/**
	 * Requires that whatever was to be replaced by the value of a property was: Spring
	 * leaves the name of one that is not set in its place.
	 * @throws IllegalArgumentException if there is a placeholder in it
	 */
	static void requireNoPlaceholder(String text) {
		Matcher matcher = PLACEHOLDER.matcher(text);
		if (matcher.find()) {
			throw new IllegalArgumentException("'" + text + "' has a placeholder that nothing has replaced: "
					+ matcher.group() + "; set it, or write the value");
		}
	}

}
