package io.ductworks.peer;

/**
 * JSON as text: as much of it as a peer needs to compare and to write.
 */
final class JsonText {

	private JsonText() {
	}

	/**
	 * The text without the white space outside of strings.
	 */
	static String compact(String json) {
		StringBuilder compact = new StringBuilder(json.length());
		boolean string = false;
		for (int i = 0; i < json.length(); i++) {
			char c = json.charAt(i);
			if (string || " \t\n\r".indexOf(c) < 0) {
				compact.append(c);
			}
			if (string && c == '\\' && i + 1 < json.length()) {
				i++;
				compact.append(json.charAt(i));
			}
			else if (c == '"') {
				string = !string;
			}
		}
		return compact.toString();
	}

	/**
	 * A JSON string with that text in it.
	 */
	static String quote(String text) {
		StringBuilder quoted = new StringBuilder("\"");
		for (char c : text.toCharArray()) {
			if (c == '"' || c == '\\') {
				quoted.append('\\').append(c);
			}
			else if (c < ' ') {
				quoted.append(String.format("\\u%04x", (int) c));
			}
			else {
				quoted.append(c);
			}
		}
		return quoted.append('"').toString();
	}

}
