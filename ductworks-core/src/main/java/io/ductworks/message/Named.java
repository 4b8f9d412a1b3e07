package io.ductworks.message;

/**
 * What messages and log lines call a connection.
 */
interface Named {

	/**
	 * The name of the duct, the number of the connection, and over TCP where its peer is.
	 */
	String subject();

}
