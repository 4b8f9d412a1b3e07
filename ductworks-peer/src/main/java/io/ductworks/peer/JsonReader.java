package io.ductworks.peer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Takes JSON apart, one level deep: values stay text, as they came.
 */
final class JsonReader {

	/** Bare NaN and Infinity are none of JSON, and common. */
	private static final Pattern SCALAR = Pattern
		.compile("true|false|null|NaN|-?Infinity|-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

	private final String json;

	private int at;

	private JsonReader(String json) {
		this.json = json;
	}

	/**
	 * The members of an object, in their order.
	 * @throws IllegalArgumentException if the text is no JSON, no object, or has two
	 * members of one name
	 */
	static Map<String, String> members(String json) {
		JsonReader reader = new JsonReader(json);
		Map<String, String> members = new LinkedHashMap<>();
		reader.object(members);
		reader.skipSpace();
		if (reader.at < json.length()) {
			throw reader.unexpected();
		}
		return members;
	}

	/**
	 * What a JSON string says.
	 * @throws IllegalArgumentException if the text is no JSON string
	 */
	static String string(String json) {
		return new JsonReader(json).string();
	}

	private void object(@Nullable Map<String, String> members) {
		expect('{');
		if (skip('}')) {
			return;
		}
		do {
			String name = string();
			expect(':');
			String value = value(members != null);
			if (members != null && members.put(name, value) != null) {
				throw new IllegalArgumentException("it has the member " + name + " twice");
			}
		}
		while (skip(','));
		expect('}');
	}

	private void array() {
		expect('[');
		if (skip(']')) {
			return;
		}
		do {
			value(false);
		}
		while (skip(','));
		expect(']');
	}

	/**
	 * Skips a value.
	 * @param wanted whether the caller needs its text
	 * @return its text, or nothing
	 */
	private String value(boolean wanted) {
		skipSpace();
		int from = this.at;
		switch (peek()) {
			case '{' -> object(null);
			case '[' -> array();
			case '"' -> string();
			default -> scalar();
		}
		return wanted ? this.json.substring(from, this.at) : "";
	}

	private void scalar() {
		Matcher scalar = SCALAR.matcher(this.json).region(this.at, this.json.length());
		if (!scalar.lookingAt()) {
			throw unexpected();
		}
		this.at = scalar.end();
	}

	private String string() {
		expect('"');
		StringBuilder string = new StringBuilder();
		while (peek() != '"') {
			char c = peek();
			if (c < ' ') {
				throw unexpected();
			}
			this.at++;
			string.append((c == '\\') ? escaped() : c);
		}
		this.at++;
		return string.toString();
	}

	private char escaped() {
		char c = peek();
		int simple = "\"\\/bfnrt".indexOf(c);
		if (simple >= 0) {
			this.at++;
			return "\"\\/\b\f\n\r\t".charAt(simple);
		}
		int end = this.at + 5;
		if (c != 'u' || end > this.json.length() || !this.json.substring(this.at + 1, end).matches("[0-9a-fA-F]{4}")) {
			throw unexpected();
		}
		char unicode = (char) Integer.parseInt(this.json, this.at + 1, end, 16);
		this.at = end;
		return unicode;
	}

	private void expect(char c) {
		if (!skip(c)) {
			throw unexpected();
		}
	}

	private boolean skip(char c) {
		skipSpace();
		boolean there = this.at < this.json.length() && this.json.charAt(this.at) == c;
		if (there) {
			this.at++;
		}
		return there;
	}

	private void skipSpace() {
		while (this.at < this.json.length() && " \t\n\r".indexOf(this.json.charAt(this.at)) >= 0) {
			this.at++;
		}
	}

	private char peek() {
		if (this.at == this.json.length()) {
			throw unexpected();
		}
		return this.json.charAt(this.at);
	}

	private IllegalArgumentException unexpected() {
		return new IllegalArgumentException((this.at < this.json.length())
				? "it has an unexpected " + this.json.charAt(this.at) + " at " + this.at : "it ends too early");
	}

}
