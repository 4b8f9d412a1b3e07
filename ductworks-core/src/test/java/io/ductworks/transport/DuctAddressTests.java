package io.ductworks.transport;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class DuctAddressTests {

	@ParameterizedTest
	@CsvSource({ "unix:/run/shop/orders.sock, unix", "unix:/with space/a:b, unix", "tcp://localhost:0, tcp",
			"tcp://127.0.0.1:7400, tcp", "tcp://billing.example.com:65535, tcp", "tcp://[::1]:7400, tcp",
			"tcp://[2001:db8::17]:1, tcp", "tcp://[fe80::1%eth0]:80, tcp", "inproc:orders, inproc",
			"inproc:a:b//c, inproc" })
	void parseWhenTextIsAnAddressThenToStringGivesItBack(String text, String transport) {
		DuctAddress address = DuctAddress.parse(text);

		assertThat(address).hasToString(text).isEqualTo(DuctAddress.parse(address.toString()));
		assertThat(address.transport()).isEqualTo(transport);
	}

	@Test
	void parseWhenTextIsAnAddressThenGivesItsParts() {
		assertThat(DuctAddress.parse("unix:/run/a.sock")).isEqualTo(new DuctAddress.Unix(Path.of("/run/a.sock")));
		assertThat(DuctAddress.parse("tcp://[::1]:80")).isEqualTo(new DuctAddress.Tcp("::1", 80));
		assertThat(DuctAddress.parse("tcp://host:80")).isEqualTo(new DuctAddress.Tcp("host", 80));
		assertThat(DuctAddress.parse("inproc:name")).isEqualTo(new DuctAddress.Inproc("name"));
	}

	@Test
	void l19UnixWhenPathIsRelativeThenBecomesAbsolute() {
		DuctAddress.Unix address = new DuctAddress.Unix(Path.of("a", "..", "b.sock"));

		assertThat(address.path()).isEqualTo(Path.of("b.sock").toAbsolutePath());
		assertThat(DuctAddress.parse("unix:b.sock")).isEqualTo(address);
		assertThat(DuctAddress.parse(address.toString())).isEqualTo(address);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', value = {
			"/run/a.sock | '/run/a.sock' is no duct address; write unix:/path, tcp://host:port or inproc:name",
			"`` | '' is no duct address; write unix:/path, tcp://host:port or inproc:name",
			"http://host:80 | 'http://host:80' is no duct address; write unix:/path, tcp://host:port or inproc:name",
			"UNIX:/a | 'UNIX:/a' is no duct address; write unix:/path, tcp://host:port or inproc:name",
			"unix: | 'unix:' has no path; write unix:/path",
			"tcp://host | 'tcp://host' has no port; write tcp://host:port",
			"tcp://[::1] | 'tcp://[::1]' has no port; write tcp://[::1]:port",
			"tcp://host: | 'tcp://host:' has no number as port; write tcp://host:port",
			"tcp://host:http | 'tcp://host:http' has no number as port; write tcp://host:port",
			"tcp://host:80/path | 'tcp://host:80/path' has no number as port; write tcp://host:port",
			"tcp://host:65536 | Port 65536 is not between 0 and 65535",
			"tcp://host:-1 | Port -1 is not between 0 and 65535",
			"tcp://:80 | A TCP address needs a host; write tcp://host:port",
			"tcp://[[tcp]]:1 | Host '[tcp]' has brackets in it; write only an IPv6 address in them: tcp://[::1]:port",
			"tcp://::1:80 | 'tcp://::1:80' is ambiguous; write an IPv6 address in brackets: tcp://[::1]:port",
			"inproc: | An in-process address needs a name; write inproc:name",
			"unix:@x | 'unix:@x' would be a socket without a file, which Java does not know; write unix:/path, or unix:./@x for a file of that name",
			"unix:~/x.sock | 'unix:~/x.sock' begins with ~, which only a shell replaces; write unix:/path, or unix:./~/x.sock for a name that begins so",
			"unix:${HOME_NOT_SET}/x.sock | 'unix:${HOME_NOT_SET}/x.sock' has a placeholder that nothing has replaced: ${HOME_NOT_SET}; set it, or write the value",
			"tcp://${HOST}:${PORT} | 'tcp://${HOST}:${PORT}' has a placeholder that nothing has replaced: ${HOST}; set it, or write the value",
			"inproc:a${x:y}b | 'inproc:a${x:y}b' has a placeholder that nothing has replaced: ${x:y}; set it, or write the value" })
	void parseWhenTextIsNoAddressThenSaysWhatToWrite(String text, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> DuctAddress.parse(text)).withMessage(message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix:./@x", "unix:/run/@x", "unix:./~/x", "unix:/run/~x", "unix:/run/$HOME/x",
			"unix:/run/{x}", "inproc:@x" })
	void parseWhenTextOnlyLooksLikeAShellsThenIsTakenAsItIs(String text) {
		assertThat(DuctAddress.parse(text).toString()).endsWith(text.substring(text.lastIndexOf('/') + 1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix:/run/a\nb", "unix:/run/a\u001b[31mb", "tcp://a\r\nb:80", "inproc:a\u2028b",
			"inproc:a\u0085b", "inproc:\tb" })
	void parseWhenTextHasControlCharactersThenRefusesItInOneLine(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> DuctAddress.parse(text))
			.withMessageContaining("has a line break or another control character in it; leave it out")
			.withMessageMatching("\\P{Cntrl}+");
	}

	@Test
	void addressWhenAPartHasControlCharactersThenIsRefusedToo() {
		assertThatIllegalArgumentException().isThrownBy(() -> new DuctAddress.Unix(Path.of("/run/a\nb")));
		assertThatIllegalArgumentException().isThrownBy(() -> new DuctAddress.Tcp("a\nb", 1));
		assertThatIllegalArgumentException().isThrownBy(() -> new DuctAddress.Inproc("a\nb"));
	}

	@Test
	void parseWhenPathHasAZeroByteThenIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> DuctAddress.parse("unix:/a\u0000b"))
			.withMessageContaining("control character");
	}

	@Test
	void l8UnixWhenPathHas106BytesThenIsAccepted() {
		assertThat(new DuctAddress.Unix(Path.of("/" + "a".repeat(105))).path().toString()).hasSize(106);
		assertThat(new DuctAddress.Unix(Path.of("/a" + "é".repeat(52))).path().toString()).hasSize(54);
		assertThat(new DuctAddress.Unix(Path.of("/a" + "👍".repeat(26))).path().toString()).hasSize(54);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/aaaaa", "/ééé", "/👍a" })
	void l8UnixWhenPathHas107BytesThenSaysHowManyItMayHave(String end) {
		int missing = 107 - end.getBytes(StandardCharsets.UTF_8).length;
		Path path = Path.of("/" + "a".repeat(missing - 1) + end);

		assertThatIllegalArgumentException().isThrownBy(() -> new DuctAddress.Unix(path))
			.withMessage(
					"Socket path " + path + " has 107 bytes, the operating system takes 106; choose a shorter path");
	}

	@Test
	void pseudoAnonymousWhenCalledTwiceThenGivesFreshPathsInFreshDirectories() {
		DuctAddress.Unix first = DuctAddress.Unix.pseudoAnonymous();
		DuctAddress.Unix second = DuctAddress.Unix.pseudoAnonymous();

		assertThat(first.path().getParent()).isNotEqualTo(second.path().getParent()).doesNotExist();
		assertThat(first.path().getParent().getParent()).isEqualTo(Path.of(System.getProperty("java.io.tmpdir")));
	}

}
