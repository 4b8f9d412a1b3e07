package io.ductworks.spring;

import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * What meters and traces tell ducts apart by. Immutable.
 *
 * @param duct the name that it was built with
 * @param role {@code parent} or {@code child}
 * @param transport {@code unix}, {@code tcp} or {@code inproc}
 */
public record DuctLabels(String duct, String role, String transport) {

	/**
	 * The labels of a parent or child.
	 * @param duct the parent or child
	 * @return its labels
	 */
	public static DuctLabels of(MessageDuct duct) {
		boolean parent = duct instanceof MessageDuctParent;
		DuctAddress address = parent ? ((MessageDuctParent) duct).bindAddress()
				: ((MessageDuctChild) duct).connectAddress();
		return new DuctLabels(duct.name(), parent ? "parent" : "child", address.transport());
	}

	/**
	 * The labels of a duct of the application.
	 * @param ducts the ducts
	 * @param name its name in there
	 * @return its labels, or {@code null} if there is no parent or child of that name; a
	 * mock is neither
	 */
	public static @Nullable DuctLabels find(DuctRegistry ducts, String name) {
		MessageDuct parent = ducts.parents().get(name);
		MessageDuct duct = (parent != null) ? parent : ducts.children().get(name);
		return (duct != null) ? of(duct) : null;
	}

}
