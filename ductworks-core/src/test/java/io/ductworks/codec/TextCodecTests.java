package io.ductworks.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.type.TypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TextCodecTests {

	private final MessageCodec codec = MessageCodec.text();

	@ParameterizedTest
	@ValueSource(strings = { "", "plain", "\"quoted\"", "zwei\nZeilen\u0000", "Grüße 👍 日本語" })
	void encodeWhenMessageIsTextThenWritesItInUtf8(String text) throws Exception {
		byte[] encoded = encode(this.codec, text);

		assertThat(encoded).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
		assertThat(decode(this.codec, encoded)).isEqualTo(text);
	}

	static Stream<Arguments> others() {
		return Stream.of(Arguments.of(42, "java.lang.Integer"), Arguments.of(null, "null"),
				Arguments.of(new byte[1], "byte[]"), Arguments.of(new char[1], "char[]"),
				Arguments.of(new StringBuilder("text"), "java.lang.StringBuilder"));
	}

	@ParameterizedTest
	@MethodSource("others")
	void b16EncodeWhenMessageIsNoStringThenRefusesIt(Object message, String type) {
		assertThatIllegalArgumentException().isThrownBy(() -> encode(this.codec, message))
			.withMessage("the text codec sends strings, not " + type + "; choose another codec");
	}

	@Test
	void supportsWhenATypeCannotBeAStringThenIsFalse() {
		assertThat(List.of(String.class, CharSequence.class, Object.class, Comparable.class))
			.allMatch(this.codec::supports);
		assertThat(this.codec.supports(new TypeReference<Comparable<String>>() {
		}.getType())).isTrue();
		assertThat(List.of(Integer.class, int.class, byte[].class, Map.class)).noneMatch(this.codec::supports);
		assertThat(this.codec.supports(new TypeReference<Map<String, String>>() {
		}.getType())).isFalse();
	}

	@Test
	void supportsWhenTextIsMadeByFunctionsThenIsTrue() {
		MessageCodec numbers = MessageCodec.text(String::valueOf, Integer::valueOf, StandardCharsets.UTF_8,
				CodingErrorAction.REPORT);
		assertThat(numbers.supports(Integer.class)).isTrue();
	}

	@Test
	void encodeWhenSurrogateStandsAloneThenRefusesIt() {
		assertThatExceptionOfType(CharacterCodingException.class).isThrownBy(() -> encode(this.codec, "a\ud83d"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "c080", "eda080", "f4908080", "62ff", "e282" })
	void decodeWhenBytesAreNotUtf8ThenRefusesThem(String hex) {
		assertThatExceptionOfType(CharacterCodingException.class)
			.isThrownBy(() -> decode(this.codec, HexFormat.of().parseHex(hex)));
	}

	@Test
	void decodeWhenPayloadIsPartOfAnArrayThenReadsThatPartOnly() throws Exception {
		byte[] array = HexFormat.of().parseHex("ff6162ff");

		assertThat(this.codec.decode(array, 1, 2, String.class)).isEqualTo("ab");
	}

	@Test
	void decodeWhenAnotherTypeIsWantedThenSaysWhichOneThereIs() {
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.codec.decode(new byte[] { '1' }, 0, 1, Integer.class))
			.withMessage("the text codec gave java.lang.String, not java.lang.Integer");
	}

	@Test
	void decodeWhenAnySupertypeIsWantedThenGivesTheText() throws Exception {
		assertThat(this.codec.decode(new byte[] { '1' }, 0, 1, Object.class)).isEqualTo("1");
		assertThat(this.codec.decode(new byte[] { '1' }, 0, 1, CharSequence.class)).isEqualTo("1");
	}

	@Test
	void decodeWhenErrorsAreReplacedThenReadsAsTheOriginalDoes() throws Exception {
		MessageCodec replacing = own(StandardCharsets.UTF_8, CodingErrorAction.REPLACE);

		assertThat(decode(replacing, HexFormat.of().parseHex("626f62ff"))).isEqualTo("bob\ufffd");
	}

	@Test
	void encodeWhenCharsetLacksACharacterThenDoesWhatWasAskedFor() throws Exception {
		assertThatExceptionOfType(CharacterCodingException.class)
			.isThrownBy(() -> encode(own(StandardCharsets.ISO_8859_1, CodingErrorAction.REPORT), "5 €"));
		assertThat(encode(own(StandardCharsets.ISO_8859_1, CodingErrorAction.REPLACE), "5 €")).asString()
			.isEqualTo("5 ?");
		assertThat(encode(own(StandardCharsets.ISO_8859_1, CodingErrorAction.IGNORE), "5 €")).asString()
			.isEqualTo("5 ");
	}

	@Test
	void encodeWhenCharsetIsAnotherThenBothDirectionsUseIt() throws Exception {
		MessageCodec latin = own(StandardCharsets.ISO_8859_1, CodingErrorAction.REPORT);

		assertThat(encode(latin, "ä")).containsExactly(0xE4);
		assertThat(decode(latin, new byte[] { (byte) 0xE4 })).isEqualTo("ä");
	}

	@Test
	void codecWhenFunctionsAreGivenThenTheyMakeTheMessage() throws Exception {
		MessageCodec numbers = MessageCodec.text((message) -> "#" + message,
				(text) -> text.equals("#none") ? null : Integer.valueOf(text.substring(1)), StandardCharsets.US_ASCII,
				CodingErrorAction.REPORT);

		assertThat(encode(numbers, 7)).asString().isEqualTo("#7");
		assertThat(numbers.decode("#7".getBytes(StandardCharsets.US_ASCII), 0, 2, Integer.class)).isEqualTo(7);
		assertThat(numbers.decode("#none".getBytes(StandardCharsets.US_ASCII), 0, 5, Integer.class)).isNull();
	}

	private static MessageCodec own(Charset charset, CodingErrorAction onError) {
		return MessageCodec.text(String::valueOf, (text) -> text, charset, onError);
	}

	private static byte[] encode(MessageCodec codec, Object message) throws IOException {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		codec.encode(message, target);
		return target.toByteArray();
	}

	private static Object decode(MessageCodec codec, byte[] bytes) throws IOException {
		return codec.decode(bytes, 0, bytes.length, String.class);
	}

}
