package io.ductworks.internal.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What a payload is in JSON-RPC 2.0. Immutable.
 */
public sealed interface RpcMessage {

	/**
	 * A request, or a notification.
	 *
	 * @param id the request's, or {@code null} for a notification
	 * @param method what is called, unchecked
	 * @param params an object or an array, without what {@code meta} took out of it, or
	 * {@code null}
	 * @param meta what the parameters' {@code _meta} said
	 */
	record Call(@Nullable RpcId id, String method, @Nullable Part params, RpcMeta meta) implements RpcMessage {

	}

	/**
	 * The answer to a request. Nobody answers an answer, whatever is wrong with it, or
	 * two ends could go on for ever.
	 *
	 * @param id the request's, or {@code null} if the answer has none that is usable
	 * @param result the result, which may be the value {@code null}, or {@code null} if
	 * there is none
	 * @param error the error, of any type, or {@code null} if there is none; with a
	 * result beside it, the answer says two things
	 * @param flaw why the answer cannot be read, in words to show, or {@code null} if it
	 * can; then the result is an empty part, which no codec reads
	 */
	record Answer(@Nullable RpcId id, @Nullable Part result, @Nullable Part error,
			@Nullable String flaw) implements RpcMessage {

	}

	/**
	 * What is to be answered with an error.
	 *
	 * @param code the error's code
	 * @param text what is wrong, without anything that the peer wrote
	 * @param id what to answer to, or {@code null} if that is not known
	 */
	record Fault(int code, String text, @Nullable RpcId id) implements RpcMessage {

	}

}
