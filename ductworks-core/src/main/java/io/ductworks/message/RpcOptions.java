package io.ductworks.message;

/**
 * The settings of a duct that speaks JSON-RPC.
 *
 * @param meta whether {@code _meta} is written and read
 * @param concurrency how many requests of one connection are handled at a time
 * @param maxWaiting how many calls of one connection may wait for that
 * @param maxWaitingBytes how many bytes these may have
 */
record RpcOptions(boolean meta, int concurrency, int maxWaiting, int maxWaitingBytes) {

	static final RpcOptions DEFAULT = new RpcOptions(true, 16, 1024, 8 * 1024 * 1024);

}
