package io.ductworks.message;

import java.time.Duration;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

/**
 * The settings of parents and children about how their messages are handled. Not
 * thread-safe.
 *
 * @param <B> the type of the builder itself
 */
public abstract sealed class HandlingBuilder<B extends HandlingBuilder<B>> extends TimeoutBuilder<B>
		permits DuctBuilder {

	private RpcOptions rpc = RpcOptions.DEFAULT;

	private int maxHandlers = 256;

	private @Nullable Duration handlerTimeout;

	private @Nullable ThreadFactory workerThreads;

	HandlingBuilder() {
	}

	/**
	 * Sets how many requests of one connection are handled at the same time with
	 * {@link Protocol#JSON_RPC}, those among them whose answer is
	 * {@linkplain DuctMessage#deferReply deferred}; with 1 all calls keep their order.
	 * Others wait, up to {@linkplain #maxWaiting a limit}. Default: 16.
	 * @param requests the number of requests, at least 1
	 * @return this builder
	 * @throws IllegalArgumentException if the number is less than 1
	 */
	public B concurrency(int requests) {
		if (requests < 1) {
			throw new IllegalArgumentException("concurrency is " + requests + ", it must be at least 1");
		}
		this.rpc = new RpcOptions(this.rpc.meta(), requests, this.rpc.maxWaiting(), this.rpc.maxWaitingBytes());
		return self();
	}

	/**
	 * Sets how many calls of one connection may wait for their handler with
	 * {@link Protocol#JSON_RPC}. A request that finds no room is answered with an error
	 * of status 503 (code -32000). A notification that finds none stops reading for at
	 * most the send time-out; after that it is counted as unhandled. Default: 1,024 calls
	 * of 8 MiB together.
	 * @param calls how many, at least 1
	 * @param bytes how many bytes of payload they may have together, at least 1; one that
	 * is longer may wait alone
	 * @return this builder
	 * @throws IllegalArgumentException if a number is less than 1
	 */
	public B maxWaiting(int calls, int bytes) {
		if (calls < 1 || bytes < 1) {
			throw new IllegalArgumentException(
					"maxWaiting is " + calls + " calls of " + bytes + " bytes, both must be at least 1");
		}
		this.rpc = new RpcOptions(this.rpc.meta(), this.rpc.concurrency(), calls, bytes);
		return self();
	}

	/**
	 * Sets whether the member {@code _meta} of parameters is written and read with
	 * {@link Protocol#JSON_RPC}: it says how much of its time a request has left, so that
	 * one that nobody waits for any more is not begun, and carries the context of traces.
	 * Default: yes.
	 * @param meta whether it is
	 * @return this builder
	 */
	public B rpcMeta(boolean meta) {
		this.rpc = new RpcOptions(meta, this.rpc.concurrency(), this.rpc.maxWaiting(), this.rpc.maxWaitingBytes());
		return self();
	}

	/**
	 * Sets how many messages are handled at the same time, over all connections. Others
	 * wait: with {@link Protocol#BARE} they stay unread. Default: 256.
	 * @param handlers the number of messages, at least 1
	 * @return this builder
	 * @throws IllegalArgumentException if the number is less than 1
	 */
	public B maxHandlers(int handlers) {
		if (handlers < 1) {
			throw new IllegalArgumentException("maxHandlers is " + handlers + ", it must be at least 1");
		}
		this.maxHandlers = handlers;
		return self();
	}

	/**
	 * Sets how long a handler may take for a request, until it has returned and a
	 * {@linkplain DuctMessage#deferReply deferred} answer is there. After it the
	 * requester is told that its request failed, with status 500, and what the handler
	 * answers later is dropped; the handler itself is not stopped. Looked for ten times
	 * within the time-out. Default: no limit.
	 * @param timeout the time-out
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 */
	public B handlerTimeout(Duration timeout) {
		this.handlerTimeout = positive("handlerTimeout", timeout);
		return self();
	}

	/**
	 * Sets what makes the worker threads, which run handlers, observers and what depends
	 * on futures, such as virtual threads. Their names are the duct's. Default: platform
	 * threads that end after 5 s without work.
	 * @param threads makes the threads
	 * @return this builder
	 */
	public B workerThreads(ThreadFactory threads) {
		this.workerThreads = threads;
		return self();
	}

	@Nullable ThreadFactory workerThreads() {
		return this.workerThreads;
	}

	int maxHandlers() {
		return this.maxHandlers;
	}

	@Nullable Duration handlerTimeout() {
		return this.handlerTimeout;
	}

	RpcOptions rpc() {
		return this.rpc;
	}

}
