package io.ductworks.internal.transport;

import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.security.Principal;
import java.util.List;

import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class PeerPolicyTests {

	private static final UserPrincipalLookupService LOOKUP = FileSystems.getDefault().getUserPrincipalLookupService();

	private static final DuctAddress UNIX = new DuctAddress.Unix(Path.of("/tmp/any.sock"));

	private static final PeerPolicy DEFAULT = PeerPolicy.of(List.of(), List.of(), List.of());

	@Test
	void refusalWhenNobodyIsNamedThenOwnUserAndRootMayBeThere(@TempDir Path own) throws Exception {
		assertThat(DEFAULT.refusal(peer(Files.getOwner(own), null), UNIX)).isNull();
		assertThat(DEFAULT.refusal(peer(LOOKUP.lookupPrincipalByName("0"), null), UNIX)).isNull();
	}

	@Test
	void refusalWhenUserIsAnotherThenSaysWhoItIsAndWhoMayBeThere() throws Exception {
		String refusal = DEFAULT
			.refusal(peer(LOOKUP.lookupPrincipalByName("12345"), LOOKUP.lookupPrincipalByGroupName("23456")), UNIX);

		assertThat(refusal).startsWith("it runs as user 12345 of group 23456; allowed are the users ").contains("root");
	}

	@Test
	void l20RefusalWhenUserIsNamedByNumberThenThatUserMayBeThereAndTheOwnMayNot(@TempDir Path own) throws Exception {
		PeerPolicy policy = PeerPolicy.of(List.of("12345"), List.of(), List.of());

		assertThat(policy.refusal(peer(LOOKUP.lookupPrincipalByName("12345"), null), UNIX)).isNull();
		assertThat(policy.refusal(peer(Files.getOwner(own), null), UNIX)).endsWith("allowed are the users 12345");
	}

	@Test
	void l20RefusalWhenRootIsNamedByNameOrNumberThenItIsTheSame() throws Exception {
		for (String name : List.of("root", "0")) {
			PeerPolicy policy = PeerPolicy.of(List.of(name), List.of(), List.of());

			assertThat(policy.refusal(peer(LOOKUP.lookupPrincipalByName("root"), null), UNIX)).isNull();
			assertThat(policy.refusal(peer(LOOKUP.lookupPrincipalByName("0"), null), UNIX)).isNull();
		}
	}

	@Test
	void refusalWhenGroupIsNamedThenItsMembersMayBeThere() throws Exception {
		PeerPolicy policy = PeerPolicy.of(List.of(), List.of("23456"), List.of());
		Principal stranger = LOOKUP.lookupPrincipalByName("12345");

		assertThat(policy.refusal(peer(stranger, LOOKUP.lookupPrincipalByGroupName("23456")), UNIX)).isNull();
		assertThat(policy.refusal(peer(stranger, LOOKUP.lookupPrincipalByGroupName("34567")), UNIX))
			.endsWith("allowed are the groups 23456");
	}

	@Test
	void refusalWhenSystemDoesNotTellTheUserThenMayBeThereUnlessSomebodyIsNamed() {
		assertThat(DEFAULT.refusal(peer(null, null), UNIX)).isNull();
		assertThat(PeerPolicy.of(List.of("12345"), List.of(), List.of()).refusal(peer(null, null), UNIX))
			.contains("does not tell its user");
	}

	@Test
	void refusalWhenTransportHasNoUsersThenMayBeThere() {
		PeerPolicy policy = PeerPolicy.of(List.of("12345"), List.of(), List.of());

		assertThat(policy.refusal(peer(null, null), new DuctAddress.Tcp("localhost", 1))).isNull();
		assertThat(policy.refusal(peer(null, null), new DuctAddress.Inproc("any"))).isNull();
	}

	@Test
	void ofWhenNameIsUnknownThenSaysSo() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> PeerPolicy.of(List.of("no-such-user"), List.of(), List.of()))
			.withMessage("this machine has no user 'no-such-user'; write a name or a number");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> PeerPolicy.of(List.of(), List.of("no-such-group"), List.of()))
			.withMessage("this machine has no group 'no-such-group'; write a name or a number");
	}

	private static ByteConnection peer(@Nullable Principal user, @Nullable Principal group) {
		return new ByteConnection() {

			@Override
			public int read(ByteBuffer target) {
				throw new UnsupportedOperationException();
			}

			@Override
			public int write(ByteBuffer source) {
				throw new UnsupportedOperationException();
			}

			@Override
			public SelectableChannel readable() {
				throw new UnsupportedOperationException();
			}

			@Override
			public SelectableChannel writable() {
				throw new UnsupportedOperationException();
			}

			@Override
			public @Nullable Principal peer() {
				return user;
			}

			@Override
			public @Nullable Principal peerGroup() {
				return group;
			}

			@Override
			public void close() {
				// Nothing is open.
			}

		};
	}

}
