package io.ductworks.message;

/**
 * What the payloads of a duct mean. Both ends have to be set to the same; nothing is
 * negotiated.
 */
public enum Protocol {

	/**
	 * A payload is a message, as in the original. Answers bear no mark, so one request at
	 * a time goes over a connection, and the next message is its answer.
	 */
	BARE,

	/**
	 * A payload is one object of <a href="https://www.jsonrpc.org/specification">JSON-RPC
	 * 2.0</a>: a request with a method and an id, its answer with the same id, or a
	 * notification. Any number of requests are under way at the same time, both ways, and
	 * are answered in any order. Needs a codec that writes JSON.
	 */
	JSON_RPC

}
