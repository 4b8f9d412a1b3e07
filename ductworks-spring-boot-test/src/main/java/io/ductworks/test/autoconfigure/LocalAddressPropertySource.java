package io.ductworks.test.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.core.env.PropertySource;

/**
 * Tells where ducts are: {@code local.ductworks.orders.address}.
 */
final class LocalAddressPropertySource extends PropertySource<PrivateAddresses> {

	private static final String PREFIX = "local.ductworks.";

	private static final String SUFFIX = ".address";

	LocalAddressPropertySource(PrivateAddresses addresses) {
		super("localDuctAddresses", addresses);
	}

	@Override
	public @Nullable Object getProperty(String name) {
		if (!name.startsWith(PREFIX) || !name.endsWith(SUFFIX) || name.length() <= PREFIX.length() + SUFFIX.length()) {
			return null;
		}
		String duct = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
		return getSource().isConfigured(duct) ? getSource().address(duct).toString() : null;
	}

}
