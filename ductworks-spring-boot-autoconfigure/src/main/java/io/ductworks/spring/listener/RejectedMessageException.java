package io.ductworks.spring.listener;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.ductworks.DuctProblemException;
import io.ductworks.MessageCodecException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;
import org.springframework.validation.BindingResult;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/**
 * A message could not be handed to a listener. The log is told more of it than the
 * sender, and neither is shown any of the payload.
 */
final class RejectedMessageException extends DuctProblemException {

	private static final long serialVersionUID = 1L;

	private static final int MAX_REASONS = 10;

	private static final int MAX_REASON_LENGTH = 200;

	/** The keys of a map are the peer's, and may look like the end of one. */
	private static final Pattern KEY = Pattern.compile("\\[(?!\\d{1,6}]).*]", Pattern.DOTALL);

	/** What the log is told. */
	private final String message;

	private RejectedMessageException(ListenerMethod listener, String title, @Nullable String detail,
			@Nullable String reason) {
		super(400, title, detail);
		this.message = "listener " + listener.id() + " rejected it: " + reason;
	}

	/**
	 * The codec could not read it.
	 */
	static RejectedMessageException unreadable(ListenerMethod listener, MessageCodecException failure) {
		return new RejectedMessageException(listener, "The message cannot be read", null, failure.getMessage());
	}

	/**
	 * It is not of the parameter's type. The converter's own text quotes the payload.
	 */
	static RejectedMessageException unconvertible(ListenerMethod listener, int size) {
		return new RejectedMessageException(listener, "The message cannot be read", null,
				"a message of " + size + " bytes cannot be converted to " + listener.payloadType().getTypeName());
	}

	/**
	 * It breaks constraints. The validator's own text quotes the payload.
	 */
	static RejectedMessageException notValid(ListenerMethod listener, @Nullable BindingResult result) {
		String reasons = (result != null) ? reasons(result) : null;
		return new RejectedMessageException(listener, "The message is not valid", reasons, reasons);
	}

	private static String reasons(BindingResult result) {
		String reasons = result.getAllErrors()
			.stream()
			.limit(MAX_REASONS)
			.map(RejectedMessageException::reason)
			.collect(Collectors.joining(", "));
		int others = result.getErrorCount() - MAX_REASONS;
		return (others > 0) ? reasons + " and " + others + " more" : reasons;
	}

	private static String reason(ObjectError error) {
		String field = (error instanceof FieldError ofField) ? KEY.matcher(ofField.getField()).replaceAll("[*]") + " "
				: "";
		return StringUtils.truncate(field + error.getDefaultMessage(), MAX_REASON_LENGTH);
	}

	@Override
	public String getMessage() {
		return this.message;
	}

}
