package io.ductworks.internal.transport;

import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.UserPrincipal;
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
	void resolveWhenNameIsUnknownThenSaysSo() {
		assertThatIllegalArgumentException()
			.isThrownBy(PeerPolicy.of(List.of("no-such-user"), List.of(), List.of())::resolve)
			.withMessage("this machine has no user 'no-such-user'; write a name or a number");
		assertThatIllegalArgumentException()
			.isThrownBy(PeerPolicy.of(List.of(), List.of("no-such-group"), List.of())::resolve)
			.withMessage("this machine has no group 'no-such-group'; write a name or a number");
	}

	@Test
	void ofWhenSubjectIsNoDistinguishedNameThenSaysSo() {
		assertThatIllegalArgumentException().isThrownBy(() -> PeerPolicy.of(List.of(), List.of(), List.of("nobody")));
	}

	// Other systems

	@Test
	void refusalWhenTransportHasNoUsersThenNoneIsLookedUp() {
		FakeLookup lookup = new FakeLookup();
		PeerPolicy policy = PeerPolicy.of(List.of("12345"), List.of("12345"), List.of(), lookup);

		assertThat(policy.refusal(peer(null, null), new DuctAddress.Tcp("localhost", 1))).isNull();
		assertThat(policy.refusal(peer(null, null), new DuctAddress.Inproc("any"))).isNull();
		assertThat(lookup.calls).isZero();
	}

	@Test
	void refusalWhenPeersAreJudgedThenUsersAreLookedUpOnce() throws Exception {
		FakeLookup lookup = new FakeLookup();
		PeerPolicy policy = PeerPolicy.of(List.of(), List.of(), List.of(), lookup);
		policy.resolve();
		int calls = lookup.calls;

		policy.refusal(peer(null, null), UNIX);
		policy.refusal(peer(null, null), UNIX);

		assertThat(calls).isPositive();
		assertThat(lookup.calls).isEqualTo(calls);
	}

	@Test
	void resolveWhenSystemKnowsNeitherTheOwnUserNorRootThenUnknownPeersMayBeThere() {
		PeerPolicy policy = PeerPolicy.of(List.of(), List.of(), List.of(), new FakeLookup());

		policy.resolve();

		assertThat(policy.refusal(peer(null, null), UNIX)).isNull();
	}

	@Test
	void refusalWhenSystemKnowsOnlyThePeersUserThenSaysWhyNobodyMayBeThere() throws Exception {
		PeerPolicy policy = PeerPolicy.of(List.of(), List.of(), List.of(), new FakeLookup());

		assertThat(policy.refusal(peer(LOOKUP.lookupPrincipalByName("12345"), null), UNIX)).isEqualTo(
				"it runs as user 12345; allowed is nobody, since this system knows neither the own user nor root");
	}

	@Test
	void resolveWhenSomebodyIsNamedAndSystemDoesNotTellPeersThenSaysSo() {
		for (PeerPolicy policy : List.of(PeerPolicy.of(List.of("12345"), List.of(), List.of(), new FakeLookup()),
				PeerPolicy.of(List.of(), List.of("12345"), List.of(), new FakeLookup()))) {
			assertThatIllegalArgumentException().isThrownBy(policy::resolve)
				.withMessageContaining("this system does not tell which user is at the other end");
		}
	}

	@Test
	void tellsPeersWhenAConnectionKnowsItsPeerThenIsTrue(@TempDir Path directory) throws Exception {
		try (ByteListener listener = Sockets.bind(new DuctAddress.Unix(directory.resolve("a.sock")), 1);
				ByteConnection child = Sockets.connect(listener.address())) {
			assertThat(new LocalUser().tellsPeers()).isEqualTo(child.peer() != null);
		}
	}

	@Test
	void b9RefusalWhenUsersHaveNoNumberThenTheOwnUserIsNobodyElse() throws Exception {
		UserPrincipal nobody = LOOKUP.lookupPrincipalByName("65534");
		FakeLookup lookup = new FakeLookup();
		lookup.own = nobody;
		lookup.unmapped = nobody;
		PeerPolicy policy = PeerPolicy.of(List.of(), List.of(), List.of(), lookup);

		assertThat(policy.refusal(peer(nobody, null), UNIX)).startsWith("it runs as user " + nobody.getName())
			.contains("as which this system shows every user that its user namespace has no number for");
		lookup.unmapped = null;
		assertThat(PeerPolicy.of(List.of(), List.of(), List.of(), lookup).refusal(peer(nobody, null), UNIX)).isNull();
	}

	@Test
	void b9OwnersWhenUsersHaveNoNumberThenTheirFilesAreNobodysOwn() throws Exception {
		UserPrincipal nobody = LOOKUP.lookupPrincipalByName("65534");
		FakeLookup lookup = new FakeLookup();
		lookup.own = nobody;
		UnixFile file = new UnixFile(0100600, nobody, "any");
		assertThat(new Owners(lookup).areTrusted(file)).isTrue();

		lookup.unmapped = nobody;
		assertThat(new Owners(lookup).areTrusted(file)).isFalse();
		assertThat(new Owners(lookup).isOwn(file)).isFalse();
	}

	@Test
	void b9MapsAllWhenNamespaceHasEachNumberThenTrue() {
		assertThat(LocalUser.mapsAll(List.of("         0          0 4294967295"))).isTrue();
		assertThat(LocalUser.mapsAll(List.of("         0       1000          1"))).isFalse();
		assertThat(LocalUser.mapsAll(List.of("0 100000 65536", "65536 1000 1"))).isFalse();
	}

	/**
	 * A system that knows no user unless a test says so, and does not tell who a peer is.
	 */
	private static final class FakeLookup implements UserLookup {

		private int calls;

		private @Nullable UserPrincipal own;

		private @Nullable UserPrincipal unmapped;

		@Override
		public @Nullable UserPrincipal own() {
			this.calls++;
			return this.own;
		}

		@Override
		public @Nullable UserPrincipal unmapped() {
			return this.unmapped;
		}

		@Override
		public @Nullable UserPrincipal root() {
			this.calls++;
			return null;
		}

		@Override
		public UserPrincipal user(String nameOrNumber) {
			this.calls++;
			throw new IllegalArgumentException(nameOrNumber);
		}

		@Override
		public GroupPrincipal group(String nameOrNumber) {
			this.calls++;
			throw new IllegalArgumentException(nameOrNumber);
		}

		@Override
		public boolean tellsPeers() {
			this.calls++;
			return false;
		}

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
