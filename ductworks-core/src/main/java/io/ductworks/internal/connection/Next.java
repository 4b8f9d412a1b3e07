package io.ductworks.internal.connection;

/**
 * What comes next over a connection.
 */
public enum Next {

	/** A whole message that answers no request. */
	MESSAGE,

	/** Nothing whole yet. */
	NOTHING,

	/** The end of the connection. */
	END

}
