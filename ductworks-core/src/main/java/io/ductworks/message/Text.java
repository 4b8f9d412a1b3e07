package io.ductworks.message;

/**
 * Peer-controlled text made fit for messages and logs.
 */
final class Text {

	private static final int MAX_LENGTH = 200;

	private Text() {
	}

	/**
	 * Replaces what could forge or hide log lines (line breaks, control and format
	 * characters) and cuts what is long.
	 */
	static String shown(String text) {
		return shown(text, MAX_LENGTH);
	}

	static String shown(String text, int maxLength) {
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
