package io.ductworks.spring.listener;

import java.lang.reflect.ParameterizedType;
import java.util.function.Predicate;

import io.ductworks.MessageProtocolException;
import io.ductworks.NotConnectedException;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.message.Deferred;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.TypedPayload;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.ResolvableType;

/**
 * Answers a message with the result of a listener. Thread-safe.
 */
final class ReplyWriter {

	private static final Logger logger = LoggerFactory.getLogger(ReplyWriter.class);

	private final ListenerEndpoint endpoint;

	/** The class of answers whose declared type says more. */
	private final @Nullable Class<?> genericType;

	ReplyWriter(ListenerEndpoint endpoint) {
		this.endpoint = endpoint;
		this.genericType = (endpoint.answerType() instanceof ParameterizedType generic)
				? ResolvableType.forType(generic).toClass() : null;
	}

	/**
	 * Sends the answer.
	 * @return whether the peer was still there, and had no other answer
	 * @throws UnsendableResultException if the result is no answer
	 */
	boolean write(DuctMessage message, @Nullable Object result) {
		return write(result, (answer) -> {
			if (message.isAnswered()) {
				return false;
			}
			message.reply(answer);
			return true;
		});
	}

	/**
	 * Sends an answer that was deferred.
	 * @return whether somebody still waited for it
	 * @throws UnsendableResultException if the result is no answer
	 */
	boolean write(Deferred deferred, @Nullable Object result) {
		return write(result, deferred::reply);
	}

	private boolean write(@Nullable Object result, Predicate<@Nullable Object> send) {
		WrappedResult wrapped = (result != null) ? WrappedResult.of(result.getClass()) : null;
		if (result != null && wrapped != null) {
			throw new UnsendableResultException(this.endpoint, result, wrapped);
		}
		try {
			return send.test(answer(result));
		}
		catch (RemoteDuctClosedException | NotConnectedException | MessageProtocolException ex) {
			logger.debug("The answer of listener {} came too late", this.endpoint.id(), ex);
			return false;
		}
	}

	/**
	 * The declared type may say more than the value does, as the elements of a list do
	 * whose class is written with them. Not of what others answer in place of the method.
	 */
	private @Nullable Object answer(@Nullable Object result) {
		if (result == NullPayload.INSTANCE) {
			return null;
		}
		return (this.genericType != null && this.genericType.isInstance(result))
				? TypedPayload.of(result, this.endpoint.answerType()) : result;
	}

}
