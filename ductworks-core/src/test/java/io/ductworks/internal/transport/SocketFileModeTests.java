package io.ductworks.internal.transport;

import java.nio.file.attribute.PosixFilePermissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SocketFileModeTests {

	private final SocketFileMode mode = SocketFileMode.ownerOnly();

	@Test
	void ownerOnlyWhenNothingIsSetThenIsReadAndWrittenByTheOwnerAlone() {
		assertThat(this.mode.permissions()).isEqualTo(PosixFilePermissions.fromString("rw-------"));
		assertThat(this.mode.group()).isNull();
	}

	@ParameterizedTest
	@CsvSource({ "0660,rw-rw----", "0777,rwxrwxrwx", "0000,---------", "0421,r---w---x", "0124,--x-w-r--" })
	void withPermissionsWhenInOctalThenIsTheSameAsInLetters(String octal, String letters) {
		assertThat(this.mode.withPermissions(octal)).isEqualTo(this.mode.withPermissions(letters));
		assertThat(this.mode.withPermissions(octal).permissions()).isEqualTo(PosixFilePermissions.fromString(letters));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "660", "0680", "01660", "432", "rw-rw---", "rw-rw----x", "-wr------", "0x1b" })
	void withPermissionsWhenTheTextIsNoneThenSaysHowToWriteThem(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.mode.withPermissions(text))
			.withMessageContainingAll("'" + text + "'", "0660", "rw-rw----");
	}

	@Test
	void withGroupWhenSetThenPermissionsStayAndTheOtherWayRound() {
		SocketFileMode both = this.mode.withPermissions("0660").withGroup("shop");

		assertThat(both).isEqualTo(this.mode.withGroup("shop").withPermissions("0660"));
		assertThat(both.group()).isEqualTo("shop");
	}

}
