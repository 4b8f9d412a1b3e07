package io.ductworks.internal.connection;

/**
 * Where the messages of a connection go.
 */
public enum Readers {

	/** To callers that receive from this connection; they read themselves. */
	CALLERS,

	/** To callers that receive from any of several connections. */
	CALLERS_OF_ANY,

	/** To a handler. */
	HANDLER

}
