package io.ductworks.spring;

import io.ductworks.message.DuctBuilder;

/**
 * Changes a configured duct before it is built, for what no property sets: a codec of
 * one's own, a lock, a handler. Beans of this type are called in their order, after the
 * properties have been applied. What only one role has is set on a
 * {@link io.ductworks.message.MessageDuctParent.Builder} or
 * {@link io.ductworks.message.MessageDuctChild.Builder}, which {@code instanceof} tells.
 * A customizer may have ducts injected; it is not called for these.
 */
@FunctionalInterface
public interface DuctBuilderCustomizer {

	/**
	 * Changes one duct.
	 * @param name the name of the duct
	 * @param builder the builder of a parent or child
	 */
	void customize(String name, DuctBuilder<?> builder);

}
