package io.ductworks.spring.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Says of a duct that is wanted and not there how it is configured, and which there are.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class NoDuctFailureAnalyzer extends AbstractFailureAnalyzer<NoSuchBeanDefinitionException> {

	private final Environment environment;

	NoDuctFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, NoSuchBeanDefinitionException cause) {
		Class<?> type = cause.getBeanType();
		if (cause instanceof NoUniqueBeanDefinitionException || type == null
				|| !MessageDuct.class.isAssignableFrom(type)) {
			return null;
		}
		List<String> there = new ArrayList<>();
		List<String> keys = new ArrayList<>();
		try {
			DuctNames names = DuctNames.of(this.environment);
			if (type != MessageDuctChild.class) {
				add(there, names.parents(), "parent");
				keys.add(DuctNames.PARENT + ".<name>.address");
			}
			if (type != MessageDuctParent.class) {
				add(there, names.children(), "child");
				keys.add(DuctNames.CHILD + ".<name>.address");
			}
		}
		catch (DuctSetupException ex) {
			return null;
		}
		String configure = "Configure " + String.join(" or ", keys);
		return new FailureAnalysis(
				"There is no bean of type " + type.getSimpleName() + " that fits: " + cause.getMessage() + ".",
				there.isEmpty() ? configure + "; none is configured."
						: "Use one of these beans, by the name of the parameter or with @Qualifier: "
								+ String.join(", ", there) + ". Or " + uncapitalized(configure) + ".",
				cause);
	}

	private static void add(List<String> there, Set<String> names, String role) {
		names.forEach((name) -> there.add(DuctNames.beanName(name) + " (" + role + " '" + name + "')"));
	}

	private static String uncapitalized(String text) {
		return Character.toLowerCase(text.charAt(0)) + text.substring(1);
	}

}
