package io.ductworks.spring.listener;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.ductworks.DuctworksException;
import io.ductworks.MessageCodecException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.internal.loop.SparingLog;
import io.ductworks.message.DuctHandler;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;
import org.springframework.util.StringUtils;
import org.springframework.validation.BindingResult;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/**
 * Invokes a listener method with each message of a duct, and sends its result back.
 */
final class ListenerHandler implements DuctHandler {

	private static final Logger logger = LoggerFactory.getLogger(ListenerHandler.class);

	private static final int MAX_REASONS = 10;

	private static final int MAX_REASON_LENGTH = 200;

	/** The keys of a map are the peer's, and may look like the end of one. */
	private static final Pattern KEY = Pattern.compile("\\[(?!\\d{1,6}]).*]", Pattern.DOTALL);

	private final ListenerMethod listener;

	private final InvocableHandlerMethod invocable;

	private final ListenerRecorder recorder;

	private final SparingLog log = new SparingLog(logger);

	ListenerHandler(ListenerMethod listener, InvocableHandlerMethod invocable, ListenerRecorder recorder) {
		this.listener = listener;
		this.invocable = invocable;
		this.recorder = recorder;
	}

	@Override
	public boolean replies() {
		return this.listener.replies();
	}

	@Override
	public void handle(MessageDuct from, DuctMessage message) {
		long started = System.nanoTime();
		ListenerOutcome outcome = ListenerOutcome.ERROR;
		try {
			RemoteHandlerException error = message.error();
			outcome = (error == null) ? invoke(from, message) : ignored(error);
		}
		finally {
			this.recorder.record(this.listener.duct(), this.listener.id(), outcome, System.nanoTime() - started);
		}
	}

	private ListenerOutcome invoke(MessageDuct from, DuctMessage message) {
		InboundMessage inbound = null;
		Object result;
		// What a message that cannot be handed in throws, the method may throw too.
		try {
			inbound = toMessage(from, message);
			result = this.invocable.invoke(inbound);
		}
		catch (MessageCodecException ex) {
			return (inbound == null) ? unreadable(from, message, ex.getMessage()) : failed(from, message, ex);
		}
		catch (MessageConversionException ex) {
			return (ex.getFailedMessage() == inbound) ? unconvertible(from, message) : failed(from, message, ex);
		}
		catch (MethodArgumentNotValidException ex) {
			return (ex.getFailedMessage() == inbound) ? notValid(from, message, ex) : failed(from, message, ex);
		}
		catch (RemoteHandlerException ex) {
			return this.listener.replies() ? passedOn(from, message, ex) : failed(from, message, ex);
		}
		catch (Error ex) {
			replyWithError(from, message, 500, "The listener failed", null);
			throw ex;
		}
		catch (Exception ex) {
			return failed(from, message, ex);
		}
		return this.listener.replies() ? reply(from, message, result) : ListenerOutcome.SUCCESS;
	}

	private InboundMessage toMessage(MessageDuct from, DuctMessage message) {
		Object payload = message.as(this.listener.payloadType());
		return new InboundMessage((payload != null) ? payload : InboundMessage.NULL,
				this.listener.headers(message.size()), from);
	}

	private ListenerOutcome passedOn(MessageDuct from, DuctMessage message, RemoteHandlerException ex) {
		logger.debug("Listener {} answered with an error", this.listener.id(), ex);
		String title = ex.title();
		replyWithError(from, message, ex.status(), (title != null) ? title : "Failed", ex.detail());
		return ListenerOutcome.ERROR;
	}

	private ListenerOutcome failed(MessageDuct from, DuctMessage message, Exception ex) {
		this.log.warn(ex.getClass().getName(),
				"Listener " + this.listener.id() + " failed on a message of duct '" + this.listener.duct() + "'", ex);
		replyWithError(from, message, 500, "The listener failed", null);
		return ListenerOutcome.ERROR;
	}

	/**
	 * An answer that nobody asked for, which is not to be answered in turn.
	 */
	private ListenerOutcome ignored(RemoteHandlerException error) {
		warn("ignored a report of a failure, which answers no request", error.getMessage());
		return ListenerOutcome.REJECTED;
	}

	private ListenerOutcome unreadable(MessageDuct from, DuctMessage message, @Nullable String reason) {
		return rejected(from, message, "The message cannot be read", null, reason);
	}

	/**
	 * Without the exception's own text, which quotes the payload.
	 */
	private ListenerOutcome unconvertible(MessageDuct from, DuctMessage message) {
		return unreadable(from, message, "a message of " + message.size() + " bytes cannot be converted to "
				+ this.listener.payloadType().getTypeName());
	}

	/**
	 * Without the exception's own text, which quotes the payload.
	 */
	private ListenerOutcome notValid(MessageDuct from, DuctMessage message, MethodArgumentNotValidException ex) {
		String reasons = reasons(ex);
		return rejected(from, message, "The message is not valid", reasons, reasons);
	}

	private ListenerOutcome rejected(MessageDuct from, DuctMessage message, String title, @Nullable String detail,
			@Nullable String reason) {
		warn("rejected a message of duct '" + this.listener.duct() + "'", reason);
		replyWithError(from, message, 400, title, detail);
		return ListenerOutcome.REJECTED;
	}

	private void warn(String what, @Nullable String why) {
		this.log.warn(ListenerOutcome.REJECTED.tag(), "Listener " + this.listener.id() + " " + what + ": " + why);
	}

	private static @Nullable String reasons(MethodArgumentNotValidException ex) {
		BindingResult result = ex.getBindingResult();
		if (result == null) {
			return null;
		}
		String reasons = result.getAllErrors()
			.stream()
			.limit(MAX_REASONS)
			.map(ListenerHandler::reason)
			.collect(Collectors.joining(", "));
		int others = result.getErrorCount() - MAX_REASONS;
		return (others > 0) ? reasons + " and " + others + " more" : reasons;
	}

	private static String reason(ObjectError error) {
		String field = (error instanceof FieldError ofField) ? KEY.matcher(ofField.getField()).replaceAll("[*]") + " "
				: "";
		return StringUtils.truncate(field + error.getDefaultMessage(), MAX_REASON_LENGTH);
	}

	private ListenerOutcome reply(MessageDuct from, DuctMessage message, @Nullable Object result) {
		try {
			from.send(result);
			return ListenerOutcome.SUCCESS;
		}
		catch (MessageCodecException ex) {
			this.log.warn("unsendable", "Listener " + this.listener.id() + " returned what cannot be sent", ex);
			replyWithError(from, message, 500, "The reply cannot be sent", null);
		}
		catch (DuctworksException ex) {
			unanswered(from, ex);
		}
		catch (RuntimeException | Error ex) {
			replyWithError(from, message, 500, "The reply cannot be sent", null);
			throw ex;
		}
		return ListenerOutcome.UNREPLIED;
	}

	/**
	 * Answers are told by their order: after a missing one, each would go to the wrong
	 * request. So the connection ends.
	 */
	private void unanswered(MessageDuct from, DuctworksException ex) {
		if (from.isConnected()) {
			this.log.warn(ListenerOutcome.UNREPLIED.tag(),
					"Listener " + this.listener.id() + " could not answer a message of duct '" + this.listener.duct()
							+ "', its connection ends: " + ex.getMessage());
			from.close();
		}
		else {
			logger.debug("The answer of listener {} came too late", this.listener.id(), ex);
		}
	}

	private void replyWithError(MessageDuct from, DuctMessage message, int status, String title,
			@Nullable String detail) {
		if (!this.listener.replies()) {
			return;
		}
		try {
			message.replyWithError(status, title, detail);
		}
		catch (DuctworksException ex) {
			unanswered(from, ex);
		}
	}

}
