package io.ductworks.spring.boot.aot;

import io.ductworks.message.DuctObserver;
import io.ductworks.message.IdleStrategy;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.RequestOutcome;
import io.ductworks.spring.boot.autoconfigure.DuctworksAutoConfiguration;
import io.ductworks.spring.listener.DuctListener;
import org.junit.jupiter.api.Test;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Applications that are processed ahead of time.
 */
class DuctAotTests {

	@Test
	void hintsWhenCollectedThenHaveWhatIsFoundByReflection() {
		RuntimeHints hints = process("ductworks.parent.orders.pseudo-anonymous=true",
				"ductworks.child.billing.idle-strategy=spin")
			.getRuntimeHints();
		new DuctRuntimeHints().registerHints(hints, getClass().getClassLoader());

		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(IdleStrategy.class, "of")).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(Slow.class, "requestCompleted"))
			.accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(PlaceOrder.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(Receipt.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(Question.class)).accepts(hints);
	}

	/**
	 * The machine that builds an application does not have what the one has that runs it.
	 */
	@Test
	void processingWhenAValueIsKnownAtRunTimeOnlyThenSucceeds() {
		assertThatCode(() -> process("ductworks.parent.orders.address=${NOT_ON_THIS_MACHINE}",
				"ductworks.child.billing.max-frame-size=${NOT_ON_THIS_MACHINE}"))
			.doesNotThrowAnyException();
	}

	private static GenerationContext process(String... properties) {
		DefaultGenerationContext generation = new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get(Application.class)), new InMemoryGeneratedFiles());
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			TestPropertyValues.of(properties).applyTo(context);
			context.register(Application.class);
			new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
			generation.writeGeneratedContent();
		}
		return generation;
	}

	record PlaceOrder(String sku) {

	}

	record Question(String sku) {

	}

	record Receipt(String number) {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(DuctworksAutoConfiguration.class)
	static class Application {

		@DuctListener("orders")
		Receipt place(PlaceOrder order) {
			return new Receipt(order.sku());
		}

		@DuctListener(value = "stock", type = "look")
		@DuctListener(value = "stock", type = "count")
		void look(Question question) {
		}

		@Bean
		Slow slow() {
			return new Slow();
		}

	}

	static class Slow implements DuctObserver {

		@Override
		public void requestCompleted(MessageDuct duct, RequestOutcome outcome, long nanos) {
			// It is looked for, and not called here.
		}

	}

}
