package io.ductworks.spring.listener;

import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.listener.ListenerBean.Declaration;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;

/**
 * Replaces placeholders in what annotations say.
 *
 * @param beanFactory knows the properties
 */
record Placeholders(ConfigurableBeanFactory beanFactory) {

	/**
	 * Replaces the placeholders in a text.
	 * @param declaration where it stands
	 * @throws DuctSetupException if there is nothing for one
	 */
	String resolve(Declaration declaration, String text) {
		return resolve(declaration.describe(), text);
	}

	/**
	 * Replaces the placeholders in a text.
	 * @param place what messages for people call the place where it stands
	 * @throws DuctSetupException if there is nothing for one
	 */
	String resolve(String place, String text) {
		try {
			String resolved = this.beanFactory.resolveEmbeddedValue(text);
			return (resolved != null) ? resolved : "";
		}
		catch (IllegalArgumentException ex) {
			throw new DuctSetupException(place + " has a placeholder that nothing replaces: " + ex.getMessage() + ".",
					"Set the property, or give a default after a colon, as in ${shop.duct:orders}.", ex);
		}
	}

}
