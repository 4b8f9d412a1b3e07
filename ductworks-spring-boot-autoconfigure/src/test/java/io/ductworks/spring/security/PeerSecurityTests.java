package io.ductworks.spring.security;

import java.security.Principal;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.ductworks.RemoteHandlerException;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctSecurityAutoConfiguration;
import io.ductworks.spring.listener.DuctListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The peer of a Unix domain socket is the user whose process it is, as the system says.
 */
@ExtendWith(NothingLeftBehind.class)
class PeerSecurityTests {

	private static final String USER = System.getProperty("user.name");

	private static ConfigurableApplicationContext start(boolean enabled, Class<?>... sources) {
		String[] properties = { "ductworks.parent.orders.pseudo-anonymous=true",
				"ductworks.parent.orders.protocol=json-rpc", "ductworks.security.enabled=" + enabled };
		return Peers.start(properties,
				Stream.concat(Stream.of(Security.class), Stream.of(sources)).toArray(Class[]::new));
	}

	private static MessageDuctChild child(ConfigurableApplicationContext context) {
		return Peers.rpcChildOf(context, "orders");
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(DuctSecurityAutoConfiguration.class)
	static class Security {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableMethodSecurity
	static class MethodSecurity {

	}

	static class Orders {

		@DuctListener(value = "orders", method = "who")
		@Nullable String who() {
			Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
			return (authentication != null) ? authentication.getName() : null;
		}

		@DuctListener(value = "orders", method = "place")
		@PreAuthorize("isAuthenticated()")
		public String place(String article) {
			return "placed " + article;
		}

		@DuctListener(value = "orders", method = "cancel")
		@PreAuthorize("hasAuthority('clerk')")
		public String cancel(String article) {
			return "cancelled " + article;
		}

	}

	@Test
	void listenerWhenSwitchedOnThenRunsAsThePeer() {
		try (ConfigurableApplicationContext context = start(true, MethodSecurity.class, Orders.class);
				MessageDuctChild child = child(context)) {
			assertThat(child.request("who", null, String.class)).isEqualTo(USER);
			assertThat(child.request("place", "nail", String.class)).isEqualTo("placed nail");
		}
	}

	@Test
	void listenerWhenThePeerMayNotThenRequesterIsToldAndTheNextIsAnswered() {
		try (ConfigurableApplicationContext context = start(true, MethodSecurity.class, Orders.class);
				MessageDuctChild child = child(context)) {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> child.request("cancel", "nail", String.class))
				.satisfies((refusal) -> assertThat(refusal.status()).isEqualTo(403))
				.withMessageContaining("Access denied");
			assertThat(child.request("place", "nail", String.class)).isEqualTo("placed nail");
		}
	}

	@Test
	void listenerWhenNotSwitchedOnThenHasNoAuthentication() {
		try (ConfigurableApplicationContext context = start(false, Orders.class);
				MessageDuctChild child = child(context)) {
			assertThat(child.request("who", null, String.class)).isNull();
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Clerks {

		@Bean
		DuctAuthenticationConverter clerks() {
			return (connection) -> {
				Principal peer = Objects.requireNonNull(connection.peer());
				return new PeerAuthenticationToken(peer, List.of(new SimpleGrantedAuthority("clerk")));
			};
		}

	}

	@Test
	void authoritiesWhenTheApplicationGrantsThemThenCount() {
		try (ConfigurableApplicationContext context = start(true, MethodSecurity.class, Clerks.class, Orders.class);
				MessageDuctChild child = child(context)) {
			assertThat(child.request("cancel", "nail", String.class)).isEqualTo("cancelled nail");
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Strangers {

		@Bean
		DuctAuthenticationConverter strangers() {
			return (connection) -> null;
		}

	}

	@Test
	void listenerWhenThePeerIsUnknownThenRequesterIsToldToAuthenticate() {
		try (ConfigurableApplicationContext context = start(true, MethodSecurity.class, Strangers.class, Orders.class);
				MessageDuctChild child = child(context)) {
			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> child.request("place", "nail", String.class))
				.satisfies((refusal) -> assertThat(refusal.status()).isEqualTo(401));
			assertThat(child.request("who", null, String.class)).isNull();
		}
	}

}
