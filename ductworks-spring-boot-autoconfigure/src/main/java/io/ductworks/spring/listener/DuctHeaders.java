package io.ductworks.spring.listener;

/**
 * Names of the headers that a listener finds on a message.
 */
public final class DuctHeaders {

	/** The name of the duct that the message came by, a {@code String}. */
	public static final String DUCT = "ductworks_duct";

	/** The length of the payload on the wire in bytes, an {@code Integer}. */
	public static final String SIZE = "ductworks_size";

	/**
	 * What is called, a {@code String}; only with
	 * {@link io.ductworks.message.Protocol#JSON_RPC}.
	 */
	public static final String METHOD = "ductworks_method";

	private DuctHeaders() {
	}

}
