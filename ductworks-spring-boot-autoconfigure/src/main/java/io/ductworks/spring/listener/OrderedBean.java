package io.ductworks.spring.listener;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * A bean and its order: that of the object, its class or its bean method.
 *
 * @param <T> its type
 * @param bean the bean
 * @param order the order, the lowest precedence if it has none
 */
record OrderedBean<T>(T bean, int order) {

	static final Comparator<OrderedBean<?>> COMPARATOR = Comparator.comparingInt(OrderedBean::order);

	/**
	 * All beans of a type in their order.
	 */
	static <T> List<OrderedBean<T>> all(ListableBeanFactory beans, Class<T> type) {
		return Stream.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, type))
			.map((name) -> of(beans, name, beans.getBean(name, type)))
			.sorted(COMPARATOR)
			.toList();
	}

	/**
	 * A bean.
	 */
	static <T> OrderedBean<T> of(ListableBeanFactory beans, String name, T bean) {
		if (bean instanceof Ordered ordered) {
			return new OrderedBean<>(bean, ordered.getOrder());
		}
		Order order = beans.findAnnotationOnBean(name, Order.class);
		return new OrderedBean<>(bean, (order != null) ? order.value() : Ordered.LOWEST_PRECEDENCE);
	}

}
