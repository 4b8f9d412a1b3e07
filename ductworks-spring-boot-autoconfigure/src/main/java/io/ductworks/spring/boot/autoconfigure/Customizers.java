package io.ductworks.spring.boot.autoconfigure;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import io.ductworks.message.DuctBuilder;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.BeanCurrentlyInCreationException;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * The beans that change ducts before they are built. They are looked up for each duct,
 * since one may have ducts injected: these are made without it.
 */
final class Customizers {

	private final ListableBeanFactory beans;

	Customizers(ListableBeanFactory beans) {
		this.beans = beans;
	}

	/**
	 * Calls the customizers in their order.
	 * @param duct the name of the duct
	 */
	void customize(String duct, DuctBuilder<?> builder) {
		List<Customizer> all = Stream
			.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beans, DuctBuilderCustomizer.class))
			.map((name) -> find(name, duct))
			.filter(Objects::nonNull)
			.sorted(Comparator.comparingInt(Customizer::order))
			.toList();
		all.forEach((customizer) -> customizer.customize(duct, builder));
	}

	/**
	 * Makes a customizer, if it is not made just now, and does not need the duct itself.
	 */
	private @Nullable Customizer find(String name, String duct) {
		try {
			DuctBuilderCustomizer bean = this.beans.getBean(name, DuctBuilderCustomizer.class);
			return new Customizer(bean, order(name, bean));
		}
		catch (BeanCreationException ex) {
			Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
			if (cause instanceof BeanCurrentlyInCreationException circle
					&& (name.equals(circle.getBeanName()) || DuctNames.beanName(duct).equals(circle.getBeanName()))) {
				return null;
			}
			throw ex;
		}
	}

	/**
	 * The order of the object, its class or its bean method.
	 */
	private int order(String name, DuctBuilderCustomizer bean) {
		if (bean instanceof Ordered ordered) {
			return ordered.getOrder();
		}
		Order order = this.beans.findAnnotationOnBean(name, Order.class);
		return (order != null) ? order.value() : Ordered.LOWEST_PRECEDENCE;
	}

	/**
	 * One customizer.
	 */
	private record Customizer(DuctBuilderCustomizer bean, int order) {

		void customize(String duct, DuctBuilder<?> builder) {
			try {
				this.bean.customize(duct, builder);
			}
			catch (IllegalArgumentException | IllegalStateException ex) {
				throw new DuctSetupException("The duct '" + duct + "' cannot be made: " + ex.getMessage() + ".",
						"Correct the DuctBuilderCustomizer " + this.bean.getClass().getName() + ".", ex);
			}
		}
	}

}
