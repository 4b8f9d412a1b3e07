package io.ductworks.spring;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;

import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import org.jspecify.annotations.Nullable;

/**
 * All configured ducts by name. Immutable and thread-safe.
 */
public final class DuctRegistry {

	private final Map<String, MessageDuct> ducts;

	/**
	 * Creates a registry.
	 * @param ducts the parents and children by their configured names, which need not be
	 * those that they were built with
	 */
	public DuctRegistry(Map<String, ? extends MessageDuct> ducts) {
		this.ducts = new TreeMap<>(ducts);
	}

	/**
	 * Finds a duct.
	 * @param name the name, such as {@code orders} for {@code ductworks.parent.orders}
	 * @return the duct
	 * @throws NoSuchElementException if there is none of that name; the message says
	 * which there are
	 */
	public MessageDuct get(String name) {
		MessageDuct duct = find(name);
		if (duct == null) {
			throw new NoSuchElementException("There is no duct named '" + name + "', only " + this.ducts.keySet());
		}
		return duct;
	}

	/**
	 * Finds a duct that may not exist.
	 * @param name the name
	 * @return the duct, or {@code null} if there is none of that name
	 */
	public @Nullable MessageDuct find(String name) {
		return this.ducts.get(name);
	}

	/**
	 * The names of all ducts, sorted.
	 * @return the names
	 */
	public Collection<String> names() {
		return Collections.unmodifiableCollection(this.ducts.keySet());
	}

	/**
	 * All parents, sorted by name, but those that stand for one in a test: a mock has no
	 * life cycle, no meters and no health.
	 * @return the parents by name
	 */
	public Map<String, MessageDuctParent> parents() {
		return all(MessageDuctParent.class);
	}

	/**
	 * All children, sorted by name, but those that stand for one in a test.
	 * @return the children by name
	 */
	public Map<String, MessageDuctChild> children() {
		return all(MessageDuctChild.class);
	}

	private <T extends MessageDuct> Map<String, T> all(Class<T> type) {
		Map<String, T> all = new TreeMap<>();
		this.ducts.forEach((name, duct) -> {
			if (type.isInstance(duct) && !isMock(duct)) {
				all.put(name, type.cast(duct));
			}
		});
		return Collections.unmodifiableMap(all);
	}

	/**
	 * Every duct has a name; a mock answers with nothing unless it is told to.
	 */
	private static boolean isMock(MessageDuct duct) {
		return duct.name() == null;
	}

}
