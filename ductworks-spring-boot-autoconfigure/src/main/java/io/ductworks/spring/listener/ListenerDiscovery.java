package io.ductworks.spring.listener;

import java.lang.reflect.Method;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.listener.ListenerSearch.Found;

import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Makes endpoints of the methods that were found, and refuses in words what cannot work.
 */
final class ListenerDiscovery {

	private final ConfigurableListableBeanFactory beanFactory;

	private final DuctRegistry registry;

	private final boolean validates;

	/**
	 * Creates a discovery.
	 * @param beanFactory has the beans
	 * @param registry has the ducts
	 * @param validates whether payloads can be validated
	 */
	ListenerDiscovery(ConfigurableListableBeanFactory beanFactory, DuctRegistry registry, boolean validates) {
		this.beanFactory = beanFactory;
		this.registry = registry;
		this.validates = validates;
	}

	/**
	 * All endpoints, one for each duct that has a listener.
	 */
	Collection<ListenerEndpoint> discover() {
		Map<String, ListenerEndpoint> endpoints = new LinkedHashMap<>();
		for (Found found : new ListenerSearch(this.beanFactory).all()) {
			ListenerEndpoint endpoint = endpoint(found);
			ListenerEndpoint other = endpoints.putIfAbsent(endpoint.duct(), endpoint);
			if (other != null) {
				throw new DuctSetupException(
						"Duct '" + endpoint.duct() + "' has two listeners, " + other.method().describe() + " and "
								+ endpoint.method().describe() + ".",
						"Keep one of them, or give the other a duct of its own.", null);
			}
		}
		return endpoints.values();
	}

	private ListenerEndpoint endpoint(Found found) {
		String duct = duct(found);
		if (!this.validates && PayloadParameter.isValidated(found.method())) {
			throw new DuctSetupException(
					"@DuctListener method " + ListenerMethod.describe(found.method())
							+ " wants its payload validated, and there is no Validator, or none of several is primary.",
					"Add the dependency spring-boot-starter-validation, or mark the Validator to use with @Primary.",
					null);
		}
		return ListenerEndpoint.of(duct, id(found), method(found));
	}

	private String duct(Found found) {
		String name = this.beanFactory.resolveEmbeddedValue(found.annotation().value());
		if (name == null || this.registry.find(name) == null) {
			throw new DuctSetupException(
					"@DuctListener(\"" + found.annotation().value() + "\") on "
							+ ListenerMethod.describe(found.method()) + " names a duct that does not exist.",
					this.registry.names().isEmpty()
							? "Configure ductworks.parent." + name + ".address or ductworks.child." + name + ".address."
							: "Use one of " + this.registry.names() + ", or configure ductworks.parent." + name
									+ ".address or ductworks.child." + name + ".address.",
					null);
		}
		return name;
	}

	/**
	 * The name of a listener: of the class as it was written, not of a proxy of it.
	 */
	private String id(Found found) {
		String id = this.beanFactory.resolveEmbeddedValue(found.annotation().id());
		return (id == null || id.isEmpty())
				? ClassUtils.getUserClass(found.beanType()).getSimpleName() + "." + found.method().getName() : id;
	}

	private ListenerMethod method(Found found) {
		Object bean = this.beanFactory.getBean(found.beanName());
		Method method = AopUtils.selectInvocableMethod(found.method(), bean.getClass());
		return new ListenerMethod(bean, found.beanType(), method);
	}

}
