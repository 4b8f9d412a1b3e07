package io.ductworks.spring.boot.autoconfigure;

/**
 * How JSON-RPC is spoken.
 */
class JsonRpcProperties {

	/**
	 * Whether the member "_meta" of parameters is written and read: how long a requester
	 * still waits, and the context of traces.
	 */
	private boolean meta = true;

	public boolean isMeta() {
		return this.meta;
	}

	public void setMeta(boolean meta) {
		this.meta = meta;
	}

}
