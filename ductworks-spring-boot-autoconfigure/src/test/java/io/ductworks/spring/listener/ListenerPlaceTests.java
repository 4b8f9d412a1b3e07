package io.ductworks.spring.listener;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.NothingLeftBehind;
import io.ductworks.spring.Peers;
import io.ductworks.spring.boot.autoconfigure.DuctChildContextAutoConfiguration;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where listeners are looked for.
 */
@ExtendWith({ NothingLeftBehind.class, OutputCaptureExtension.class })
class ListenerPlaceTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(DuctworksAutoConfiguration.class, DuctChildContextAutoConfiguration.class));

	@Test
	void listenerWhenInAChildContextThenIsWarnedOf(CapturedOutput output) {
		String address = "ductworks.parent.orders.address=" + Peers.freshAddress();
		this.runner.withPropertyValues(address).run((parent) -> {
			assertThat(parent).doesNotHaveBean(OverlookedListeners.class);
			this.runner.withParent(parent)
				.withPropertyValues(address)
				.withUserConfiguration(Orders.class)
				.run((child) -> assertThat(child).hasNotFailed());
		});
		assertThat(output).contains("WARN").contains("Orders.take", "gets no messages", "child context");
	}

	@Test
	void listenerWhenInTheContextOfItsDuctThenIsNotWarnedOf(CapturedOutput output) {
		this.runner.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress())
			.withUserConfiguration(Orders.class)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(OverlookedListeners.class));
		assertThat(output).doesNotContain("gets no messages");
	}

	@Test
	void beanWhenASignatureNamesAMissingClassThenTheOthersAreFoundAllTheSame() throws Exception {
		Object broken = new WithoutMissing().loadClass(Broken.class.getName()).getDeclaredConstructor().newInstance();
		this.runner.withPropertyValues("ductworks.parent.orders.address=" + Peers.freshAddress())
			.withInitializer((context) -> context.getBeanFactory().registerSingleton("broken", broken))
			.withUserConfiguration(Orders.class)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				try (MessageDuctChild child = Peers.childOf(context, "orders")) {
					assertThat(child.request("x", String.class)).isEqualTo("x");
				}
			});
	}

	static class Orders {

		@DuctListener("orders")
		String take(String text) {
			return text;
		}

	}

	public static class Missing {

	}

	public static class Broken {

		public void take(Missing missing) {
		}

	}

	/**
	 * Has one of the classes, and lacks the other.
	 */
	private static final class WithoutMissing extends ClassLoader {

		WithoutMissing() {
			super(ListenerPlaceTests.class.getClassLoader());
		}

		@Override
		protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
			if (name.equals(Missing.class.getName())) {
				throw new ClassNotFoundException(name);
			}
			return name.equals(Broken.class.getName()) ? define(name) : super.loadClass(name, resolve);
		}

		private Class<?> define(String name) {
			try (InputStream file = getResourceAsStream(name.replace('.', '/') + ".class")) {
				byte[] bytes = file.readAllBytes();
				return defineClass(name, bytes, 0, bytes.length);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
