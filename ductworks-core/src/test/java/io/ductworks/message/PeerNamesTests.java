package io.ductworks.message;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * When the names of allowed users and groups are looked up.
 */
class PeerNamesTests {

	@ParameterizedTest
	@ValueSource(strings = { "tcp://localhost:0", "inproc:names" })
	void m8BuildWhenTransportHasNoUsersThenRulesForThemAreRefused(String address) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MessageDuctParent.builder().address(address).allowedUsers("0").build())
			.withMessageContaining("nothing would enforce them at " + address);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MessageDuctChild.builder().address(address).allowedGroups("0").build())
			.withMessageContaining("nothing would enforce them at " + address);
	}

	@ParameterizedTest
	@ValueSource(strings = { "tcp://localhost:0", "inproc:names", "unix:/tmp/names.sock" })
	void m8BuildWhenThereAreNoCertificatesThenRulesForThemAreRefused(String address) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MessageDuctParent.builder().address(address).allowedSubjects("CN=billing").build())
			.withMessageContaining("nothing would enforce them at " + address);
	}

	@Test
	void buildWhenAddressIsOfUnixAndAUserIsUnknownThenSaysSo(@TempDir Path directory) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MessageDuctChild.builder()
				.address("unix:" + directory.resolve("a.sock"))
				.allowedUsers("no-such-user")
				.build())
			.withMessageContaining("no user 'no-such-user'");
	}

	@Test
	void buildWhenParentHasNoAddressAndAGroupIsUnknownThenSaysSo() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> MessageDuctParent.builder().allowedGroups("no-such-group").build())
			.withMessageContaining("no group 'no-such-group'");
	}

}
