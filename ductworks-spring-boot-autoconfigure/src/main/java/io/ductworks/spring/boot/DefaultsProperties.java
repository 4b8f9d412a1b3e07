package io.ductworks.spring.boot;

import io.ductworks.message.Accept;

import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * What holds for all ducts that do not set it themselves.
 */
class DefaultsProperties extends DuctProperties {

	/**
	 * How many children are accepted: one and no other, one at a time, or many.
	 */
	private Accept accept = Accept.MANY;

	/**
	 * Maximum number of children that are connected at a time.
	 */
	private int maxChildren = 256;

	/**
	 * How to connect.
	 */
	@NestedConfigurationProperty
	private final ConnectProperties connect = new ConnectProperties();

	public Accept getAccept() {
		return this.accept;
	}

	public void setAccept(Accept accept) {
		this.accept = accept;
	}

	public int getMaxChildren() {
		return this.maxChildren;
	}

	public void setMaxChildren(int maxChildren) {
		this.maxChildren = maxChildren;
	}

	public ConnectProperties getConnect() {
		return this.connect;
	}

}
