package io.ductworks.fuzz;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any text as an address. To look for more inputs:
 * {@code mvn -Pfuzz -pl ductworks-core -Dfuzz.target=DuctAddressFuzzTests test}
 * <p>
 * An input is UTF-8, or after a first byte {@code 0xFF} a row of any 16-bit units.
 */
@ExtendWith(FuzzFigures.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class DuctAddressFuzzTests {

	@FuzzTest
	void parseWhenTextIsAnyThenGivesAnAddressWhoseTextReadsTheSameOrRefusesIt(byte[] input) {
		FuzzFigures.executed();
		String text = text(input);
		DuctAddress address;
		try {
			address = DuctAddress.parse(text);
		}
		catch (IllegalArgumentException ex) {
			assertThat(ex).message().isNotBlank();
			return;
		}

		assertThat(DuctAddress.parse(address.toString())).as("'%s' of '%s'", address, text)
			.isEqualTo(address)
			.hasToString(address.toString());
		assertThat(text).startsWith(address.transport() + ":");
	}

	private static String text(byte[] input) {
		if (input.length > 0 && input[0] == (byte) 0xFF) {
			return ByteBuffer.wrap(input, 1, input.length - 1).slice().asCharBuffer().toString();
		}
		return new String(input, StandardCharsets.UTF_8);
	}

}
