package io.ductworks.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Principal;
import java.time.Duration;

import io.ductworks.CloseReason;
import io.ductworks.CommunicationFaultException;
import io.ductworks.message.Accept;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Unix domain sockets between processes of two users.
 */
@Tag("trials")
@Timeout(120)
class UserTrials {

	@TempDir
	private static Path libraries;

	private static String classPath = "";

	@TempDir
	private Path directory;

	private Path path;

	@BeforeAll
	static void share() throws IOException {
		Machine.needRoot();
		Machine.need("setpriv", "util-linux");
		classPath = Users.sharedClassPath(libraries);
	}

	@BeforeEach
	void open() throws IOException {
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxr-xr-x"));
		this.path = this.directory.resolve("trial.sock");
	}

	private static PeerProcess.Launch other(String role, Path path) {
		return PeerProcess.launch(role, "unix:" + path).under(Users.other()).classPath(classPath);
	}

	private MessageDuctParent.Builder parent() {
		return MessageDuctParent.builder()
			.address("unix:" + this.path)
			.accept(Accept.MANY)
			.handler((from, message) -> from.send(message.as(Object.class)));
	}

	@Test
	void l7ChildWhenTheFileIsNotForItThenIsToldPathModeAndUser() throws Exception {
		try (MessageDuctParent parent = parent().build()) {
			parent.bind();
			String failure = failure(other("child", this.path).with("connectTimeout", 300));
			assertThat(failure).contains("Permission denied", this.path.toString(), "mode 0600", "uid " + Users.OTHER,
					"owner root");
			assertThat(parent.statistics().connectionsOpened()).isZero();
			TrialFigures.note("L7", "unix", "connect as another user to a file of mode 0600", failure);
		}
	}

	@Test
	void l7ChildWhenTheDirectoryIsNotForItThenIsToldPathAndUser() throws Exception {
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwx------"));
		try (MessageDuctParent parent = parent().build()) {
			parent.bind();
			String failure = failure(other("child", this.path).with("connectTimeout", 300));
			assertThat(failure).contains("Permission denied", this.path.toString(), "directory", "uid " + Users.OTHER);
			TrialFigures.note("L7", "unix", "connect as another user in a directory of mode 0700", failure);
		}
	}

	@Test
	void l7ParentWhenTheDirectoryIsNotForItThenIsToldPathModeAndUser() throws Exception {
		String failure = failure(other("parent", this.path));
		assertThat(failure).contains("cannot bind", "Permission denied", this.path.toString(), "mode 0755",
				"uid " + Users.OTHER);
		assertThat(this.directory).isEmptyDirectory();
		TrialFigures.note("L7", "unix", "bind as another user in a directory of mode 0755 of root's", failure);
	}

	private static String failure(PeerProcess.Launch launch) throws IOException {
		try (PeerProcess peer = launch.begin()) {
			return peer.awaitLine("failed: ");
		}
	}

	@Test
	void l9FileWhenTheUmaskIsOpenThenIsForTheOwnerAlone() throws Exception {
		Machine.need("sh", "dash");
		try (PeerProcess parent = PeerProcess.launch("parent", "unix:" + this.path)
			.under("sh", "-c", "umask 000; exec \"$@\"", "sh")
			.start()) {
			String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(this.path));
			assertThat(mode).isEqualTo("rw-------");
			String lockMode = PosixFilePermissions
				.toString(Files.getPosixFilePermissions(this.path.resolveSibling("trial.sock.lock")));
			assertThat(lockMode).isEqualTo("rw-------");
			String failure = failure(other("child", this.path).with("connectTimeout", 300));
			assertThat(failure).contains("Permission denied");
			assertThat(parent.count("connected")).isZero();
			TrialFigures.note("L9", "unix", "bound with umask 000",
					"mode " + mode + ", another user gets: Permission denied");
		}
	}

	@Test
	void l20ChildWhenItsUserIsNotAllowedThenIsRefused() throws Exception {
		try (MessageDuctParent parent = parent().permissions("0666").build()) {
			parent.bind();
			try (PeerProcess child = other("child", this.path).with("allowedUsers", "0").begin()) {
				soon().until(() -> parent.statistics().connectionsClosed(CloseReason.UNAUTHORISED) > 0);
				child.awaitLine("disconnected");
				assertThat(parent.statistics().connectionsOpened()).isZero();
				assertThat(parent.isConnected()).isFalse();
			}
			TrialFigures.note("L20", "unix", "a child of user 12345, who is not in the list and has no name",
					"refused with reason unauthorised, nothing was read from it");
		}
	}

	@Test
	void l20ChildWhenItsNumberIsAllowedThenIsServedUnderIt() throws Exception {
		try (MessageDuctParent parent = MessageDuctParent.builder()
			.address("unix:" + this.path)
			.permissions("0666")
			.allowedUsers(Users.OTHER)
			.build()) {
			parent.bind();
			try (PeerProcess child = other("child", this.path).with("allowedUsers", "0").start()) {
				assertThat(parent.listen(Duration.ofSeconds(20))).isTrue();
				assertThat(parent.peer()).isNotNull().extracting(Principal::getName).isEqualTo(Users.OTHER);
				assertThat(parent.request(1, Integer.class)).isEqualTo(1);
				assertThat(child.isAlive()).isTrue();
			}
			TrialFigures.note("L20", "unix", "a child of user 12345, who is in the list by number",
					"served, its principal is 12345");
		}
	}

	@Test
	void p15ParentWhenAnotherUserIsItThenIsToldNothing() throws Exception {
		Path socket = Users.directoryOfOther(this.directory).resolve("trial.sock");
		try (PeerProcess impostor = other("parent", socket).start()) {
			try (MessageDuctChild child = MessageDuctChild.builder()
				.address("unix:" + socket)
				.connectTimeout(Duration.ofMillis(300))
				.build()) {
				CommunicationFaultException ex = catchThrowableOfType(CommunicationFaultException.class,
						child::connect);
				assertThat(ex).hasMessageContaining("not to be trusted").hasMessageContaining(Users.OTHER);
				impostor.awaitLine("disconnected");
				impostor.command("figures");
				assertThat(impostor.awaitLine("received=")).endsWith("received=0");
				assertThat(child.statistics().connectionsOpened()).isZero();
				TrialFigures.note("P15", "unix", "a parent of another user at the address", ex.getMessage());
			}
			try (MessageDuctChild child = MessageDuctChild.builder()
				.address("unix:" + socket)
				.allowedUsers(Users.OTHER)
				.build()) {
				child.connect();
				assertThat(child.request(1, Integer.class)).isEqualTo(1);
			}
		}
	}

	private static ConditionFactory soon() {
		return Awaitility.await()
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(1))
			.atMost(Duration.ofSeconds(20));
	}

}
