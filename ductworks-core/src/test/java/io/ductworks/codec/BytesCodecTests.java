package io.ductworks.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class BytesCodecTests {

	private final MessageCodec codec = MessageCodec.bytes();

	@Test
	void encodeWhenMessageIsBytesThenWritesThemAsTheyAre() throws Exception {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		this.codec.encode(new byte[] { 0, -1, 84 }, target);

		assertThat(target.toByteArray()).containsExactly(0, -1, 84);
	}

	@Test
	void encodeWhenMessageIsAnythingElseThenSaysWhatToDo() {
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.codec.encode("text", new ByteArrayOutputStream()))
			.withMessage("the bytes codec sends byte[], not java.lang.String; choose another codec");
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.codec.encode(null, new ByteArrayOutputStream()))
			.withMessage("the bytes codec sends byte[], not null; choose another codec");
	}

	@Test
	void decodeWhenPayloadIsPartOfAnArrayThenGivesACopyOfThatPart() throws Exception {
		byte[] array = { 9, 1, 2, 9 };

		Object decoded = this.codec.decode(array, 1, 2, byte[].class);
		array[1] = 0;

		assertThat(decoded).isEqualTo(new byte[] { 1, 2 });
		assertThat(this.codec.decode(array, 4, 0, Object.class)).isEqualTo(new byte[0]);
	}

	@Test
	void decodeWhenAnotherTypeIsWantedThenSaysWhatToDo() {
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.codec.decode(new byte[1], 0, 1, String.class))
			.withMessage("the bytes codec gives byte[], not java.lang.String; choose another codec");
	}

	@Test
	void supportsWhenATypeIsNotThatOfBytesThenIsFalse() {
		assertThat(this.codec.supports(byte[].class)).isTrue();
		assertThat(this.codec.supports(Object.class)).isTrue();
		assertThat(this.codec.supports(String.class)).isFalse();
	}

}
