package io.ductworks.spring.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.client.found.Importing;
import io.ductworks.spring.client.found.Stock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which interfaces become beans.
 */
@ExtendWith(NothingLeftBehind.class)
class FoundExchangesTests {

	private static final String PRICES = "io.ductworks.spring.client.found.Prices";

	@TempDir
	private Path directory;

	private ApplicationContextRunner runner(Class<?>... configurations) {
		return Clients.runner(this.directory)
			.withUserConfiguration(Clients.Rpc.class)
			.withUserConfiguration(configurations);
	}

	@Test
	void interfaceWhenInAPackageOfTheApplicationThenIsABean() {
		runner(Application.class).run((context) -> assertThat(context).hasSingleBean(Stock.class)
			.hasBean(Stock.class.getName())
			.doesNotHaveBean(PRICES));
	}

	@Test
	void interfaceWhenItsProfileIsActiveThenIsABean() {
		runner(Application.class).withPropertyValues("spring.profiles.active=prices")
			.run((context) -> assertThat(context).hasBean(PRICES));
	}

	@Test
	void interfaceWhenTheApplicationHasABeanOfItThenIsLeftToThat() {
		runner(Application.class, OwnStock.class).run((context) -> {
			assertThat(context).hasSingleBean(Stock.class).hasBean("ownStock");
			assertThat(context.getBean(Stock.class).count("nail")).isEqualTo(42);
		});
	}

	@Test
	void interfaceWhenItsParentContextHasABeanOfItThenIsNotMadeAgain() {
		runner(Application.class).run((parent) -> runner(Application.class).withParent(parent)
			.run((child) -> assertThat(child.getBean(Stock.class)).isSameAs(parent.getBean(Stock.class))));
	}

	@Test
	void interfaceWhenImportedThenIsABeanOnce() {
		for (Class<?> importing : new Class<?>[] { ByType.class, ByPackage.class, ByPackageOfAClass.class }) {
			runner(importing).run((context) -> assertThat(context).hasSingleBean(Stock.class));
			runner(importing, Application.class).run((context) -> assertThat(context).hasSingleBean(Stock.class));
		}
	}

	@Test
	void importWhenItNamesNothingThenSearchesItsPackage() {
		runner(Importing.class).run((context) -> assertThat(context).hasSingleBean(Stock.class));
	}

	@Test
	void interfacesWhenThereAreNoneThenNothingIsThere() {
		runner().run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(DuctExchangeFactory.class));
	}

	@Test
	void interfacesWhenDuctsAreSwitchedOffThenAreNoBeans() {
		runner(Application.class).withPropertyValues("ductworks.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(Stock.class));
	}

	@Test
	void typeWhenItIsNoInterfaceThenTheStartFails() {
		runner(ImportingAClass.class).run((context) -> assertThat(context).getFailure()
			.isInstanceOf(DuctSetupException.class)
			.hasMessageContaining("which is no interface"));
	}

	@Test
	void typeWhenItIsNotAnnotatedThenTheStartFails() {
		runner(ImportingAnother.class).run((context) -> assertThat(context).getFailure()
			.isInstanceOf(DuctSetupException.class)
			.hasMessageContaining("java.lang.Runnable")
			.hasMessageContaining("Annotate it with @DuctExchange"));
	}

	@Test
	void customizerWhenItHasAClientInjectedThenIsCalledAllTheSame() {
		runner(ByType.class, Customizing.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(Customizing.class).customized).containsExactly("orders");
		});
	}

	@AutoConfigurationPackage(basePackageClasses = Stock.class)
	@Configuration(proxyBeanMethods = false)
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnStock {

		@Bean
		Stock ownStock() {
			return (sku) -> 42;
		}

	}

	@ImportDuctExchanges(Stock.class)
	@Configuration(proxyBeanMethods = false)
	static class ByType {

	}

	@ImportDuctExchanges(basePackages = "io.ductworks.spring.client.${shop.clients:found}")
	@Configuration(proxyBeanMethods = false)
	static class ByPackage {

	}

	@ImportDuctExchanges(types = Stock.class, basePackageClasses = Stock.class)
	@Configuration(proxyBeanMethods = false)
	static class ByPackageOfAClass {

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizing {

		private final List<String> customized = new ArrayList<>();

		@Bean
		DuctBuilderCustomizer counting(Stock stock) {
			return (name, builder) -> this.customized.add(name);
		}

	}

	@ImportDuctExchanges(NoInterface.class)
	@Configuration(proxyBeanMethods = false)
	static class ImportingAClass {

	}

	@ImportDuctExchanges(Runnable.class)
	@Configuration(proxyBeanMethods = false)
	static class ImportingAnother {

	}

	@DuctExchange("orders")
	static class NoInterface {

	}

}
