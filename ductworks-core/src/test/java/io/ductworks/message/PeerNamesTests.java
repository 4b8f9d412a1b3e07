package io.ductworks.message;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * When the names of allowed users and groups are looked up.
 */
class PeerNamesTests {

	@ParameterizedTest
	@ValueSource(strings = { "tcp://localhost:0", "inproc:names" })
	void buildWhenTransportHasNoUsersThenNamesAreNotLookedUp(String address) {
		MessageDuctParent parent = MessageDuctParent.builder()
			.address(address)
			.allowedUsers("no-such-user")
			.allowedGroups("no-such-group")
			.build();

		assertThat(parent.bindAddress()).hasToString(address);
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
