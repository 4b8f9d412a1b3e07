package io.ductworks.internal.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class HostsTests {

	private static final Hosts.Lookup IPV6_ALONE = (host) -> InetAddress.getAllByName("::1");

	private static final Hosts.Lookup NOTHING = (host) -> {
		throw new UnknownHostException(host);
	};

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "LocalHost" })
	void n11ToConnectWhenLocalhostIsOfIpv6AloneThenIpv4IsTriedAfterIt(String host) throws Exception {
		assertThat(Hosts.toConnect(host, IPV6_ALONE)).extracting(InetAddress::getHostAddress)
			.containsExactly("0:0:0:0:0:0:0:1", "127.0.0.1");
	}

	@Test
	void toConnectWhenLocalhostIsOfIpv4ThenThatIsTriedOnce() throws Exception {
		assertThat(Hosts.toConnect("localhost", (host) -> InetAddress.getAllByName("127.0.0.1"))).singleElement()
			.isEqualTo(InetAddress.getByName("127.0.0.1"));
	}

	@Test
	void n11ToBindWhenHostIsAnotherThenIsItsFirstAddress() throws Exception {
		assertThat(Hosts.toBind("ip6-localhost", IPV6_ALONE)).isEqualTo(InetAddress.getByName("::1"));
		assertThat(Hosts.toConnect("ip6-localhost", IPV6_ALONE)).containsExactly(InetAddress.getByName("::1"));
	}

	@Test
	void n9HostWhenItDoesNotResolveThenIsNamed() {
		for (String host : new String[] { "no.such", "localhost.example" }) {
			assertThatExceptionOfType(UnknownHostException.class).isThrownBy(() -> Hosts.toBind(host, NOTHING))
				.withMessage("host '" + host + "' does not resolve");
			assertThatExceptionOfType(UnknownHostException.class).isThrownBy(() -> Hosts.toConnect(host, NOTHING))
				.withMessage("host '" + host + "' does not resolve");
		}
	}

}
