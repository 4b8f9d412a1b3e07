package io.ductworks.internal.loop;

/**
 * Makes text that a peer controls fit for messages and logs. Thread-safe.
 */
public final class LogText {

	private static final int MAX_LENGTH = 200;

	private LogText() {
	}

	/**
	 * Replaces what could forge or hide log lines (line breaks, control and format
	 * characters) and cuts what is longer than 200 characters.
	 * @param text the text
	 * @return the text to show
	 */
	public static String shown(String text) {
		return shown(text, MAX_LENGTH);
	}

	/**
	 * Does the same, but cuts at a length that the caller gives.
	 * @param text the text
	 * @param maxLength how many characters to keep
	 * @return the text to show
	 */
	public static String shown(String text, int maxLength) {
		StringBuilder shown = new StringBuilder(Math.min(text.length(), maxLength));
		for (int i = 0; i < text.length(); i++) {
			if (i == maxLength) {
				return shown.append("…").toString();
			}
			char c = text.charAt(i);
			boolean unsafe = Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || c == '\u2028'
					|| c == '\u2029';
			shown.append(unsafe ? (Character.isWhitespace(c) ? ' ' : '?') : c);
		}
		return shown.toString();
	}

}
