package io.ductworks.spring.client;

import java.lang.reflect.Type;

import javax.lang.model.element.Modifier;

import org.jspecify.annotations.Nullable;

import org.springframework.aot.generate.GeneratedMethod;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.aot.BeanRegistrationCode;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragments;
import org.springframework.beans.factory.aot.BeanRegistrationCodeFragmentsDecorator;
import org.springframework.beans.factory.support.InstanceSupplier;
import org.springframework.beans.factory.support.RegisteredBean;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.javapoet.ClassName;
import org.springframework.javapoet.CodeBlock;

/**
 * Has clients of ducts made in an application that was processed ahead of time, and hints
 * their interfaces and messages.
 */
final class DuctExchangeAotProcessor implements BeanRegistrationAotProcessor {

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
		Class<?> type = bean.getBeanClass();
		if (!type.isInterface() || !AnnotatedElementUtils.hasAnnotation(type, DuctExchange.class)) {
			return null;
		}
		return new Client(type, bean.getMergedBeanDefinition().hasAttribute(DuctExchangeDefinitions.ATTRIBUTE));
	}

	/**
	 * What is contributed for one interface.
	 *
	 * @param type the interface
	 * @param registered whether its definition is ours, and not the application's own
	 */
	private record Client(Class<?> type, boolean registered) implements BeanRegistrationAotContribution {

		@Override
		public BeanRegistrationCodeFragments customizeBeanRegistrationCodeFragments(GenerationContext generation,
				BeanRegistrationCodeFragments fragments) {
			return this.registered ? new Fragments(fragments, this.type) : fragments;
		}

		@Override
		public void applyTo(GenerationContext generation, BeanRegistrationCode code) {
			RuntimeHints hints = generation.getRuntimeHints();
			hints.proxies().registerJdkProxy(this.type);
			hints.reflection().registerType(this.type, MemberCategory.INVOKE_PUBLIC_METHODS);
			new BindingReflectionHintsRegistrar().registerReflectionHints(hints.reflection(),
					ExchangeType.messages(this.type).toArray(Type[]::new));
		}

	}

	/**
	 * Asks the factory for the bean, from a class in the package of the interface, which
	 * need not be public.
	 */
	private static final class Fragments extends BeanRegistrationCodeFragmentsDecorator {

		private final Class<?> type;

		Fragments(BeanRegistrationCodeFragments delegate, Class<?> type) {
			super(delegate);
			this.type = type;
		}

		@Override
		public ClassName getTarget(RegisteredBean bean) {
			return ClassName.get(this.type);
		}

		@Override
		public CodeBlock generateInstanceSupplierCode(GenerationContext generation, BeanRegistrationCode code,
				boolean allowDirectSupplierShortcut) {
			GeneratedMethod create = code.getMethods()
				.add("create",
						(method) -> method.addJavadoc("Implements {@link $T}.", this.type)
							.addModifiers(Modifier.PRIVATE, Modifier.STATIC)
							.addParameter(RegisteredBean.class, "bean")
							.returns(this.type)
							.addStatement("return bean.getBeanFactory().getBean($T.class).create($T.class)",
									DuctExchangeFactory.class, this.type));
			return CodeBlock.of("$T.of($L)", InstanceSupplier.class, create.toMethodReference().toCodeBlock());
		}

	}

}
