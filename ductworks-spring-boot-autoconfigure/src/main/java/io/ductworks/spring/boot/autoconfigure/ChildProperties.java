package io.ductworks.spring.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * A child: a duct that connects.
 */
class ChildProperties extends DuctProperties {

	/**
	 * Address, such as unix:/run/shop/orders.sock or tcp://127.0.0.1:7400.
	 */
	private @Nullable String address;

	/**
	 * How to connect.
	 */
	@NestedConfigurationProperty
	private final ConnectProperties connect = new ConnectProperties();

	@Override
	void moveTo(String address) {
		super.moveTo(address);
		this.address = address;
	}

	public @Nullable String getAddress() {
		return this.address;
	}

	public void setAddress(@Nullable String address) {
		this.address = address;
	}

	public ConnectProperties getConnect() {
		return this.connect;
	}

}
