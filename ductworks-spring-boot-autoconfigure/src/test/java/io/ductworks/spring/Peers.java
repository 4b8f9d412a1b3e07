package io.ductworks.spring;

import java.time.Duration;
import java.util.UUID;
import java.util.function.UnaryOperator;

import io.ductworks.message.Accept;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.Protocol;
import io.ductworks.message.WhenDisconnected;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import org.awaitility.core.ConditionFactory;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.awaitility.Awaitility.await;

/**
 * The other ends of configured ducts, and contexts that tests stop and start themselves.
 */
public final class Peers {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private Peers() {
	}

	public static ConditionFactory eventually() {
		return await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).pollDelay(Duration.ZERO);
	}

	public static String freshAddress() {
		return "inproc:" + UUID.randomUUID();
	}

	/**
	 * A child that has connected to a parent of the context.
	 */
	public static MessageDuctChild childOf(ApplicationContext context, String parent) {
		return childOf((MessageDuctParent) context.getBean(DuctRegistry.class).get(parent));
	}

	public static MessageDuctChild childOf(MessageDuctParent parent) {
		return childOf(parent, UnaryOperator.identity());
	}

	/**
	 * A child that speaks JSON-RPC, and has connected to a parent of the context.
	 */
	public static MessageDuctChild rpcChildOf(ApplicationContext context, String parent) {
		return childOf((MessageDuctParent) context.getBean(DuctRegistry.class).get(parent),
				(settings) -> settings.protocol(Protocol.JSON_RPC));
	}

	public static MessageDuctChild childOf(MessageDuctParent parent, UnaryOperator<MessageDuctChild.Builder> settings) {
		MessageDuctChild child = settings
			.apply(MessageDuctChild.builder().name("test-child").address(parent.listenerAddress()).timeout(PATIENCE))
			.build();
		child.connect();
		return child;
	}

	/**
	 * A parent that is bound and takes one child at a time.
	 */
	public static MessageDuctParent parentAt(String address, UnaryOperator<MessageDuctParent.Builder> settings) {
		MessageDuctParent parent = settings
			.apply(MessageDuctParent.builder()
				.name("test-parent")
				.accept(Accept.AGAIN)
				.whenDisconnected(WhenDisconnected.WAIT)
				.address(address)
				.timeout(PATIENCE))
			.build();
		parent.bind();
		return parent;
	}

	public static MessageDuctParent parentAt(String address) {
		return parentAt(address, UnaryOperator.identity());
	}

	public static AnnotationConfigApplicationContext start(String[] properties, Class<?>... classes) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		try {
			TestPropertyValues.of(properties).applyTo(context);
			context.register(Ducts.class);
			if (classes.length > 0) {
				context.register(classes);
			}
			context.refresh();
			return context;
		}
		catch (RuntimeException ex) {
			context.close();
			throw ex;
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ JacksonAutoConfiguration.class, DuctworksAutoConfiguration.class })
	static class Ducts {

	}

}
