package io.ductworks.spring.listener;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import io.ductworks.RemoteHandlerException;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.NameMatchMethodPointcutAdvisor;
import org.springframework.beans.factory.config.CustomScopeConfigurer;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.Payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * That a proxy before a bean takes nothing away from what the bean's class says.
 */
@ExtendWith(NothingLeftBehind.class)
class ListenerProxyTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class, JacksonAutoConfiguration.class,
				ValidationAutoConfiguration.class))
		.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress());

	record Order(@NotBlank String name) {
	}

	private void asking(Class<?> listener, Consumer<MessageDuctChild> test) {
		this.runner.withUserConfiguration(Proxies.class).withBean("listener", listener).run((context) -> {
			assertThat(AopUtils.isJdkDynamicProxy(context.getBean("listener"))).isTrue();
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				test.accept(child);
			}
		});
	}

	private static void assertRefused(MessageDuctChild child, @Nullable Object payload, String detail) {
		assertThatExceptionOfType(RemoteHandlerException.class).isThrownBy(() -> child.request(payload, Object.class))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400))
			.satisfies((ex) -> assertThat(ex.detail()).isEqualTo(detail));
	}

	@Test
	void payloadWhenItIsValidInTheClassBehindAnInterfaceThenIsChecked() {
		asking(Validating.class, (child) -> {
			assertThat(child.request(new Order("tea"), String.class)).isEqualTo("tea");
			assertRefused(child, Map.of("name", ""), "name must not be blank");
		});
	}

	@Test
	void payloadWhenItsInterfaceHasTheConstraintsThenTheyHold() {
		asking(Constrained.class, (child) -> {
			assertThat(child.request("tea", String.class)).isEqualTo("tea");
			assertRefused(child, "", "text must not be blank");
		});
	}

	@Test
	void constraintWhenInTheClassAndNotInItsInterfaceThenTheStartFailsInWords() {
		this.runner.withUserConfiguration(Proxies.class)
			.withBean(Redefining.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOfSatisfying(DuctSetupException.class, (failure) -> {
					assertThat(failure.description()).contains("Redefining.take", "HV000151");
					assertThat(failure.action()).contains("interface");
				}));
	}

	@Test
	void nullWhenTheClassBehindAnInterfaceTakesItThenIsHandedIn() {
		asking(TakesNull.class, (child) -> assertThat(child.request(null, String.class)).isEqualTo("none"));
		asking(NotRequired.class, (child) -> assertThat(child.request(null, String.class)).isEqualTo("none"));
	}

	@Test
	void payloadWhenItsTypeIsGenericInTheInterfaceThenIsThatOfTheClass() {
		asking(Generic.class,
				(child) -> assertThat(child.request(List.of(new Order("tea")), String.class)).isEqualTo("Order"));
	}

	@Test
	void headerWhenItIsAnnotatedInTheInterfaceThenIsNoPayload() {
		asking(Annotated.class, (child) -> assertThat(child.request("tea", String.class)).isEqualTo("tea by orders"));
	}

	@Test
	void listenerWhenItsScopeIsProxiedByInterfaceThenIsFound() {
		this.runner.withUserConfiguration(Proxies.class, Scoped.class).run((context) -> {
			assertThat(AopUtils.isJdkDynamicProxy(context.getBean(Takes.class))).isTrue();
			try (MessageDuctChild child = Peers.childOf(context, "orders")) {
				assertThat(child.request("tea", String.class)).isEqualTo("scoped tea");
			}
		});
	}

	@Test
	void listenerWhenPrivateBehindAProxyThenTheStartFailsInWords() {
		this.runner.withUserConfiguration(Proxies.class)
			.withBean(Private.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOfSatisfying(DuctSetupException.class, (failure) -> {
					assertThat(failure.description()).contains("Private.take", "proxy");
					assertThat(failure.action()).contains("package-private");
				}));
	}

	@Test
	void listenerWhenInNoInterfaceOfAProxyThenTheStartFailsInWords() {
		this.runner.withUserConfiguration(Proxies.class)
			.withBean(Beside.class)
			.run((context) -> assertThat(context).getFailure()
				.isInstanceOfSatisfying(DuctSetupException.class, (failure) -> {
					assertThat(failure.description()).contains("Beside.other", "proxy");
					assertThat(failure.action()).contains("interface", "spring.aop.proxy-target-class");
				}));
	}

	@Configuration(proxyBeanMethods = false)
	static class Proxies {

		@Bean
		static DefaultAdvisorAutoProxyCreator creator() {
			return new DefaultAdvisorAutoProxyCreator();
		}

		@Bean
		static NameMatchMethodPointcutAdvisor advisor() {
			NameMatchMethodPointcutAdvisor advisor = new NameMatchMethodPointcutAdvisor(
					(MethodInterceptor) (invocation) -> invocation.proceed());
			advisor.setMappedName("take");
			return advisor;
		}

		@Bean
		static CustomScopeConfigurer scopes() {
			CustomScopeConfigurer scopes = new CustomScopeConfigurer();
			scopes.addScope("thread", new SimpleThreadScope());
			return scopes;
		}

	}

	interface TakesOrder {

		String take(Order order);

	}

	static class Validating implements TakesOrder {

		@Override
		@DuctListener("orders")
		public String take(@Valid Order order) {
			return order.name();
		}

	}

	interface TakesText {

		String take(@NotBlank String text);

	}

	static class Constrained implements TakesText {

		@Override
		@DuctListener("orders")
		public String take(String text) {
			return text;
		}

	}

	interface Takes {

		String take(String text);

	}

	static class Redefining implements Takes {

		@Override
		@DuctListener("orders")
		public String take(@NotBlank String text) {
			return text;
		}

	}

	static class TakesNull implements Takes {

		@Override
		@DuctListener("orders")
		public String take(@Nullable String text) {
			return Optional.ofNullable(text).orElse("none");
		}

	}

	static class NotRequired implements Takes {

		@Override
		@DuctListener("orders")
		public String take(@Payload(required = false) String text) {
			return Optional.ofNullable(text).orElse("none");
		}

	}

	interface TakesList<T> {

		String take(List<T> messages);

	}

	abstract static class Base<T> implements TakesList<T> {

		@Override
		@DuctListener("orders")
		public String take(List<T> messages) {
			return messages.get(0).getClass().getSimpleName();
		}

	}

	static class Generic extends Base<Order> {

	}

	interface TakesHeader {

		String take(String text, @Header(DuctHeaders.DUCT) String duct);

	}

	static class Annotated implements TakesHeader {

		@Override
		@DuctListener("orders")
		public String take(String text, String duct) {
			return text + " by " + duct;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Scoped {

		@Bean
		@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.INTERFACES)
		ScopedTaker taker() {
			return new ScopedTaker();
		}

	}

	static class ScopedTaker implements Takes {

		@Override
		@DuctListener("orders")
		public String take(String text) {
			return "scoped " + text;
		}

	}

	static class Private {

		@DuctListener("orders")
		private String take(String text) {
			return text;
		}

	}

	static class Beside implements Takes {

		@Override
		public String take(String text) {
			return text;
		}

		@DuctListener("orders")
		public String other(String text) {
			return text;
		}

	}

}
