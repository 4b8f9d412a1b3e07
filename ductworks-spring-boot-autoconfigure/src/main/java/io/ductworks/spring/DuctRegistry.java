package io.ductworks.spring;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
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

	private final Map<String, MessageDuct> ducts = new TreeMap<>();

	/**
	 * Creates a registry.
	 * @param parents the parents
	 * @param children the children
	 * @throws IllegalArgumentException if two ducts have the same name
	 */
	public DuctRegistry(Collection<MessageDuctParent> parents, Collection<MessageDuctChild> children) {
		parents.forEach(this::add);
		children.forEach(this::add);
	}

	private void add(MessageDuct duct) {
		if (this.ducts.put(duct.name(), duct) != null) {
			throw new IllegalArgumentException(
					"There are two ducts named '" + duct.name() + "'; names are unique over parents and children");
		}
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
	 * All parents, sorted by name.
	 * @return the parents
	 */
	public List<MessageDuctParent> parents() {
		return all(MessageDuctParent.class);
	}

	/**
	 * All children, sorted by name.
	 * @return the children
	 */
	public List<MessageDuctChild> children() {
		return all(MessageDuctChild.class);
	}

	private <T> List<T> all(Class<T> type) {
		return this.ducts.values().stream().filter(type::isInstance).map(type::cast).toList();
	}

}
