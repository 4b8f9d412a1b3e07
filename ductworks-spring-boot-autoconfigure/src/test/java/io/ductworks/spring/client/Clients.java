package io.ductworks.spring.client;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

import io.ductworks.message.DuctHandler;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.Protocol;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.boot.autoconfigure.DuctExchangeAutoConfiguration;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;

import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Applications with clients of a parent {@code orders}, and the child at its other end.
 */
final class Clients {

	private Clients() {
	}

	static ApplicationContextRunner runner(Path directory) {
		return new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DuctworksAutoConfiguration.class,
					DuctExchangeAutoConfiguration.class, JacksonAutoConfiguration.class))
			.withPropertyValues("ductworks.parent.orders.address=" + address(directory),
					"ductworks.parent.orders.disconnected=wait", "ductworks.parent.orders.accept=many");
	}

	private static String address(Path directory) {
		return "unix:" + directory.resolve("s");
	}

	/**
	 * Connects a child that answers.
	 */
	static MessageDuctChild peer(Path directory, Protocol protocol, DuctHandler handler) {
		MessageDuctChild child = MessageDuctChild.builder()
			.name("peer")
			.address(address(directory))
			.protocol(protocol)
			.timeout(Duration.ofSeconds(10))
			.handler(handler)
			.build();
		child.connect();
		return child;
	}

	/**
	 * Runs an application with clients, and an answering peer that speaks JSON-RPC.
	 */
	static <T> void rpc(Path directory, DuctHandler handler, Class<T> client, Consumer<T> use) {
		run(runner(directory).withUserConfiguration(Rpc.class), directory, Protocol.JSON_RPC, handler, client, use);
	}

	/**
	 * Runs an application with clients, and an answering peer that is bare.
	 */
	static <T> void bare(Path directory, DuctHandler handler, Class<T> client, Consumer<T> use) {
		run(runner(directory), directory, Protocol.BARE, handler, client, use);
	}

	private static <T> void run(ApplicationContextRunner runner, Path directory, Protocol protocol, DuctHandler handler,
			Class<T> client, Consumer<T> use) {
		importing(runner, client).run((context) -> {
			T bean = context.getBean(client);
			try (MessageDuctChild peer = peer(directory, protocol, handler)) {
				use.accept(bean);
			}
		});
	}

	/**
	 * As {@link ImportDuctExchanges} does.
	 */
	static ApplicationContextRunner importing(ApplicationContextRunner runner, Class<?>... types) {
		return runner.withInitializer((context) -> {
			DuctExchangeDefinitions definitions = new DuctExchangeDefinitions(context.getBeanFactory(),
					(BeanDefinitionRegistry) context.getBeanFactory(), context.getEnvironment(), context);
			for (Class<?> type : types) {
				definitions.register(type);
			}
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class Rpc {

		@Bean
		static DuctBuilderCustomizer rpc() {
			return (name, builder) -> builder.protocol(Protocol.JSON_RPC);
		}

	}

}
