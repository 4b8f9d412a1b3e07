package io.ductworks.spring.client;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import io.ductworks.message.Protocol;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.boot.autoconfigure.DuctExchangeAutoConfiguration;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import io.ductworks.spring.client.found.Stock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.FileSystemGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Clients in applications that are processed ahead of time.
 */
@ExtendWith(NothingLeftBehind.class)
class DuctExchangeAotTests {

	private static final String DUCT = "ductworks.parent.orders.pseudo-anonymous=true";

	@TempDir
	private Path directory;

	@Test
	void hintsWhenCollectedThenHaveClientsAndTheirMessages() {
		DefaultGenerationContext generation = generation();
		process(generation);
		RuntimeHints hints = generation.getRuntimeHints();
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Warehouse.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Stock.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(OwnClient.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Warehouse.class, "placeOne")).accepts(hints);
		for (Class<?> message : new Class<?>[] { PlaceOrder.class, Receipt.class, Price.class }) {
			assertThat(RuntimeHintsPredicates.reflection().onType(message)).accepts(hints);
		}
	}

	@Test
	void clientsWhenProcessedAheadOfTimeThenAreThereAtRunTime() throws Exception {
		DefaultGenerationContext generation = generation();
		String initializer = process(generation).canonicalName();
		generation.writeGeneratedContent();
		compile();
		try (URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
			assertThat(start(loader, initializer)).isEqualTo("@DuctExchange " + Warehouse.class.getName()
					+ ", @DuctExchange " + Stock.class.getName() + ", @DuctExchange " + OwnClient.class.getName());
		}
	}

	private DefaultGenerationContext generation() {
		return new DefaultGenerationContext(new ClassNameGenerator(ClassName.get(Application.class)),
				new FileSystemGeneratedFiles(this.directory));
	}

	private static ClassName process(DefaultGenerationContext generation) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			TestPropertyValues.of(DUCT).applyTo(context);
			context.register(Application.class);
			return new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
		}
	}

	private void compile() throws IOException {
		List<String> arguments = new ArrayList<>(List.of("-proc:none", "-nowarn", "-cp",
				System.getProperty("java.class.path"), "-d", this.directory.toString()));
		try (Stream<Path> files = Files.walk(this.directory)) {
			files.map(Path::toString).filter((file) -> file.endsWith(".java")).forEach(arguments::add);
		}
		assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
			.isZero();
	}

	private URL[] classPath() throws MalformedURLException {
		List<URL> urls = new ArrayList<>();
		for (URI entry : Stream
			.concat(Stream.of(this.directory),
					Stream.of(System.getProperty("java.class.path").split(System.getProperty("path.separator")))
						.map(Path::of))
			.map(Path::toUri)
			.toList()) {
			urls.add(entry.toURL());
		}
		return urls.toArray(URL[]::new);
	}

	/**
	 * Starts the application with classes of its own, among which are those that were
	 * generated: the packages of a class loader are its own.
	 */
	@SuppressWarnings("unchecked")
	private static String start(ClassLoader loader, String initializer) throws Exception {
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		Thread.currentThread().setContextClassLoader(loader);
		try {
			Class<?> started = loader.loadClass(Started.class.getName());
			return ((Function<String, String>) started.getConstructor().newInstance()).apply(initializer);
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

	/**
	 * The application, started from what was generated.
	 */
	public static class Started implements Function<String, String> {

		@Override
		@SuppressWarnings("unchecked")
		public String apply(String initializer) {
			try (GenericApplicationContext context = new GenericApplicationContext()) {
				TestPropertyValues.of(DUCT).applyTo(context);
				((ApplicationContextInitializer<GenericApplicationContext>) BeanUtils
					.instantiateClass(Class.forName(initializer))).initialize(context);
				context.refresh();
				return context.getBean(Warehouse.class) + ", " + context.getBean(Stock.class) + ", "
						+ context.getBean(OwnClient.class);
			}
			catch (ClassNotFoundException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	record PlaceOrder(String sku) {

	}

	record Receipt(String number) {

	}

	record Price(String sku) {

	}

	@DuctExchange("orders")
	interface Warehouse {

		CompletableFuture<List<Receipt>> place(List<PlaceOrder> orders, int priority);

		@DuctMethod("price.changed")
		void priceChanged(Price price);

		default void placeOne(String sku) {
			place(List.of(new PlaceOrder(sku)), 1);
		}

	}

	@DuctExchange("orders")
	interface OwnClient {

		int count();

	}

	@AutoConfigurationPackage(basePackageClasses = Stock.class)
	@ImportAutoConfiguration({ DuctworksAutoConfiguration.class, DuctExchangeAutoConfiguration.class })
	@ImportDuctExchanges(Warehouse.class)
	@Configuration(proxyBeanMethods = false)
	static class Application {

		@Bean
		static DuctBuilderCustomizer rpc() {
			return (name, builder) -> builder.protocol(Protocol.JSON_RPC);
		}

		@Bean
		static OwnClient ownClient(DuctExchangeFactory factory) {
			return factory.create(OwnClient.class);
		}

	}

}
