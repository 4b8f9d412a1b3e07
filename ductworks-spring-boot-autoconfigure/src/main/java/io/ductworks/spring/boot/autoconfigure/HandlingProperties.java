package io.ductworks.spring.boot.autoconfigure;

import java.time.Duration;

import io.ductworks.message.Protocol;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.util.unit.DataSize;

/**
 * What the messages of a duct mean, and how its listeners handle them.
 */
abstract class HandlingProperties {

	/**
	 * What messages mean; both ends have to be set to the same.
	 */
	private Protocol protocol = Protocol.BARE;

	/**
	 * Member of a message that says which listener takes it, such as "kind". For bare
	 * messages in JSON.
	 */
	private @Nullable String typeField;

	/**
	 * How many requests of one connection are handled at the same time with JSON-RPC.
	 */
	private int concurrency = 16;

	/**
	 * How many calls of one connection may wait for their listener with JSON-RPC.
	 * Requests beyond that are refused.
	 */
	private int maxWaiting = 1024;

	/**
	 * How long the calls of one connection that wait for their listener may be together
	 * with JSON-RPC.
	 */
	private DataSize maxWaitingBytes = DataSize.ofMegabytes(8);

	/**
	 * How many messages are handled at the same time, over all connections. Others wait.
	 */
	private int maxHandlers = 256;

	/**
	 * How long a listener may take for a request before the requester is told that it
	 * failed. The listener goes on. Without a value there is no limit.
	 */
	private @Nullable Duration handlerTimeout;

	/**
	 * What listeners do when they fail.
	 */
	@NestedConfigurationProperty
	private final ListenerProperties listener = new ListenerProperties();

	/**
	 * How JSON-RPC is spoken.
	 */
	@NestedConfigurationProperty
	private final JsonRpcProperties jsonRpc = new JsonRpcProperties();

	public Protocol getProtocol() {
		return this.protocol;
	}

	public void setProtocol(Protocol protocol) {
		this.protocol = protocol;
	}

	public @Nullable String getTypeField() {
		return this.typeField;
	}

	public void setTypeField(@Nullable String typeField) {
		this.typeField = typeField;
	}

	public int getConcurrency() {
		return this.concurrency;
	}

	public void setConcurrency(int concurrency) {
		this.concurrency = concurrency;
	}

	public int getMaxWaiting() {
		return this.maxWaiting;
	}

	public void setMaxWaiting(int maxWaiting) {
		this.maxWaiting = maxWaiting;
	}

	public DataSize getMaxWaitingBytes() {
		return this.maxWaitingBytes;
	}

	public void setMaxWaitingBytes(DataSize maxWaitingBytes) {
		this.maxWaitingBytes = maxWaitingBytes;
	}

	public int getMaxHandlers() {
		return this.maxHandlers;
	}

	public void setMaxHandlers(int maxHandlers) {
		this.maxHandlers = maxHandlers;
	}

	public @Nullable Duration getHandlerTimeout() {
		return this.handlerTimeout;
	}

	public void setHandlerTimeout(@Nullable Duration handlerTimeout) {
		this.handlerTimeout = handlerTimeout;
	}

	public ListenerProperties getListener() {
		return this.listener;
	}

	public JsonRpcProperties getJsonRpc() {
		return this.jsonRpc;
	}

}
