package io.ductworks.internal.loop;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class LogTextTests {

	@Test
	void textWhenHarmlessThenIsShownAsItIs() {
		assertThat(LogText.shown("Grüße 🚀 \"quoted\" \\n")).isEqualTo("Grüße 🚀 \"quoted\" \\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\n", "\r", "\t", "\u2028", "\u2029", "\u000b", "\f" })
	void textWhenItBreaksTheLineThenGoesOnInIt(String separator) {
		assertThat(LogText.shown("one" + separator + "two")).isEqualTo("one two");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\u001b", "\u0000", "\u007f", "\u009b", "\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad" })
	void textWhenItControlsTheTerminalOrHidesThenShowsWhere(String control) {
		assertThat(LogText.shown("one" + control + "two")).isEqualTo("one?two");
	}

	@Test
	void textWhenLongThenIsCutAndSaysSo() {
		assertThat(LogText.shown("x".repeat(200))).isEqualTo("x".repeat(200));
		assertThat(LogText.shown("x".repeat(201))).isEqualTo("x".repeat(200) + "…");
		assertThat(LogText.shown("12345", 4)).isEqualTo("1234…");
	}

	@Test
	void textWhenEmptyThenIsEmpty() {
		assertThat(LogText.shown("")).isEmpty();
	}

}
