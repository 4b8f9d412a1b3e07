package io.ductworks.spring.listener;

import java.util.List;

import io.ductworks.DuctProblemException;
import io.ductworks.MessageCodecException;
import io.ductworks.MessageProtocolException;
import io.ductworks.NotConnectedException;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.message.DuctHandler;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;
import org.springframework.util.ClassUtils;

/**
 * Invokes a listener method with each message of a duct, and answers with its result.
 * What fails is thrown to the duct, which tells the requester and the log.
 */
final class ListenerHandler {

	private static final Logger logger = LoggerFactory.getLogger(ListenerHandler.class);

	private static final boolean HAS_WEB = ClassUtils.isPresent("org.springframework.web.ErrorResponse",
			ListenerHandler.class.getClassLoader());

	private static final boolean VALIDATES = ClassUtils.isPresent("jakarta.validation.ConstraintViolationException",
			ListenerHandler.class.getClassLoader());

	private final ListenerMethod listener;

	private final InvocableHandlerMethod invocable;

	private final ListenerRecorder recorder;

	private ListenerHandler(ListenerMethod listener, InvocableHandlerMethod invocable, ListenerRecorder recorder) {
		this.listener = listener;
		this.invocable = invocable;
		this.recorder = recorder;
	}

	/**
	 * Makes the handler of the listener's duct.
	 * @param listener what the signature of the method says
	 * @param invocable the method
	 * @param recorder is told of every invocation
	 * @return a handler that answers if the method has a result
	 */
	static DuctHandler of(ListenerMethod listener, InvocableHandlerMethod invocable, ListenerRecorder recorder) {
		ListenerHandler handler = new ListenerHandler(listener, invocable, recorder);
		return listener.replies() ? DuctHandler.answering(handler::answer) : handler::record;
	}

	/**
	 * Answers by itself, so that the recorder is told whether that worked.
	 */
	private @Nullable Object answer(MessageDuct from, DuctMessage message) throws Exception {
		record(from, message);
		return null;
	}

	private void record(MessageDuct from, DuctMessage message) throws Exception {
		long started = System.nanoTime();
		ListenerOutcome outcome = ListenerOutcome.ERROR;
		try {
			Object result = invoke(from, message);
			outcome = ListenerOutcome.UNREPLIED;
			if (!this.listener.replies() || reply(message, result)) {
				outcome = ListenerOutcome.SUCCESS;
			}
		}
		catch (RejectedMessageException ex) {
			outcome = ListenerOutcome.REJECTED;
			throw ex;
		}
		finally {
			this.recorder.record(this.listener.duct(), this.listener.id(), outcome, System.nanoTime() - started);
		}
	}

	/**
	 * Rejects messages that cannot be handed in. What they throw, the method may throw
	 * too, of something else.
	 */
	private @Nullable Object invoke(MessageDuct from, DuctMessage message) throws Exception {
		InboundMessage inbound = toMessage(from, message);
		try {
			return this.invocable.invoke(inbound);
		}
		catch (MessageConversionException ex) {
			throw (ex.getFailedMessage() == inbound)
					? RejectedMessageException.unconvertible(this.listener, message.size()) : ex;
		}
		catch (MethodArgumentNotValidException ex) {
			throw (ex.getFailedMessage() == inbound)
					? RejectedMessageException.notValid(this.listener, ex.getBindingResult()) : ex;
		}
		catch (RuntimeException ex) {
			List<String> reasons = VALIDATES ? ArgumentValidation.reasons(ex, this.listener.method()) : null;
			throw (reasons != null) ? RejectedMessageException.notValid(this.listener, reasons) : translated(ex);
		}
		catch (Exception ex) {
			throw translated(ex);
		}
	}

	/**
	 * What an exception says to HTTP, it says to a requester too.
	 */
	private static Exception translated(Exception failure) {
		DuctProblemException problem = (HAS_WEB && !(failure instanceof DuctProblemException))
				? ErrorResponses.problem(failure) : null;
		if (problem == null) {
			return failure;
		}
		problem.initCause(failure);
		return problem;
	}

	private InboundMessage toMessage(MessageDuct from, DuctMessage message) {
		Object payload;
		try {
			payload = message.as(this.listener.payloadType());
		}
		catch (MessageCodecException ex) {
			throw RejectedMessageException.unreadable(this.listener, ex);
		}
		return new InboundMessage((payload != null) ? payload : InboundMessage.NULL,
				this.listener.headers(message.size()), from);
	}

	/**
	 * Sends the answer.
	 * @return whether the peer was still there
	 */
	private boolean reply(DuctMessage message, @Nullable Object result) {
		try {
			message.reply(this.listener.answer(result));
			return true;
		}
		catch (RemoteDuctClosedException | NotConnectedException | MessageProtocolException ex) {
			logger.debug("The answer of listener {} came too late", this.listener.id(), ex);
			return false;
		}
	}

}
