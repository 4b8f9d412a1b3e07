package io.ductworks.spring.boot;

import io.ductworks.message.Accept;
import org.jspecify.annotations.Nullable;

/**
 * A parent: a duct that binds and listens.
 */
class ParentProperties extends DuctProperties {

	/**
	 * Address, such as unix:/run/shop/orders.sock or tcp://127.0.0.1:7400.
	 */
	private @Nullable String address;

	/**
	 * Whether to listen at a Unix domain socket with a fresh private path instead of an
	 * address.
	 */
	private boolean pseudoAnonymous;

	/**
	 * How many children are accepted: one and no other, one at a time, or many.
	 */
	private Accept accept = Accept.MANY;

	/**
	 * Maximum number of children that are connected at a time.
	 */
	private int maxChildren = 256;

	public @Nullable String getAddress() {
		return this.address;
	}

	public void setAddress(@Nullable String address) {
		this.address = address;
	}

	public boolean isPseudoAnonymous() {
		return this.pseudoAnonymous;
	}

	public void setPseudoAnonymous(boolean pseudoAnonymous) {
		this.pseudoAnonymous = pseudoAnonymous;
	}

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

}
