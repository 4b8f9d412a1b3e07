package io.ductworks.spring.boot.autoconfigure;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.ductworks.message.DuctObserver;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.DuctSetupException;

import org.springframework.beans.factory.ListableBeanFactory;

/**
 * Finds the ducts of an application: those that are configured, and beans of its own.
 */
final class RegisteredDucts {

	private RegisteredDucts() {
	}

	/**
	 * Makes the registry of all ducts. A bean that an application has made itself goes by
	 * the name that it was built with. A mock has none, and is left out unless it stands
	 * for a configured duct.
	 */
	static DuctRegistry find(DuctNames names, ListableBeanFactory beans) {
		Map<String, MessageDuct> ducts = new HashMap<>();
		Stream.concat(names.parents().stream(), names.children().stream())
			.forEach((name) -> ducts.put(name, beans.getBean(DuctNames.beanName(name), MessageDuct.class)));
		for (Class<? extends MessageDuct> role : List.of(MessageDuctParent.class, MessageDuctChild.class)) {
			for (String bean : beans.getBeanNamesForType(role, false, false)) {
				add(ducts, bean, beans.getBean(bean, role));
			}
		}
		return new DuctRegistry(ducts);
	}

	private static void add(Map<String, MessageDuct> ducts, String bean, MessageDuct duct) {
		String name = duct.name();
		if (name == null || ducts.containsValue(duct)) {
			return;
		}
		if (ducts.putIfAbsent(name, duct) != null) {
			throw new DuctSetupException("The bean '" + bean + "' is a duct named '" + name + "', as is another one.",
					"Give it another name when it is built.", null);
		}
	}

	/**
	 * Has all ducts observed. They open later.
	 */
	static void observe(DuctRegistry registry, List<DuctObserver> observers) {
		registry.parents().forEach((name, parent) -> observe(name, observers, parent::observer));
		registry.children().forEach((name, child) -> observe(name, observers, child::observer));
	}

	private static void observe(String name, List<DuctObserver> observers, Consumer<DuctObserver> duct) {
		try {
			observers.forEach(duct);
		}
		catch (IllegalStateException ex) {
			throw new DuctSetupException("The duct '" + name + "' was opened before the application has started.",
					"Leave that to the application: it opens, drains and closes all beans that are ducts.", ex);
		}
	}

}
