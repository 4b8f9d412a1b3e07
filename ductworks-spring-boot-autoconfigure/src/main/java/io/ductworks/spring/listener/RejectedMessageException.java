package io.ductworks.spring.listener;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.ductworks.DuctProblemException;
import io.ductworks.MessageCodecException;
import io.ductworks.codec.UnreadableJsonException;
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

	private RejectedMessageException(ListenerEndpoint listener, String title, @Nullable String detail,
			@Nullable String reason) {
		super(400, title, detail);
		this.message = "listener " + listener.id() + " rejected it: " + reason;
	}

	/**
	 * The codec could not read it. The sender is told where, and not what was expected
	 * there: that would be a class of this side.
	 * @param part the parameter of a call that could not be read, empty for all of it
	 */
	static RejectedMessageException unreadable(ListenerEndpoint listener, String part, MessageCodecException failure) {
		String inside = (failure.getCause() instanceof UnreadableJsonException json) ? json.path() : "";
		String path = (part.isEmpty() || inside.isEmpty() || inside.startsWith("[")) ? part + inside
				: part + "." + inside;
		return new RejectedMessageException(listener, "The message cannot be read",
				path.isEmpty() ? null : "at " + StringUtils.truncate(path, MAX_REASON_LENGTH), failure.getMessage());
	}

	/**
	 * A parameter of the call is not there, or is {@code null}.
	 */
	static RejectedMessageException missing(ListenerEndpoint listener, String part) {
		return notValid(listener, List.of(part + " must not be null"));
	}

	/**
	 * It is not of the parameter's type. The converter's own text quotes the payload.
	 */
	static RejectedMessageException unconvertible(ListenerEndpoint listener, int size) {
		return new RejectedMessageException(listener, "The message cannot be read", null,
				"a message of " + size + " bytes cannot be converted to " + listener.payload().describe());
	}

	/**
	 * It breaks constraints. The validator's own text quotes the payload.
	 */
	static RejectedMessageException notValid(ListenerEndpoint listener, @Nullable BindingResult result) {
		return notValid(listener, (result != null)
				? result.getAllErrors().stream().map(RejectedMessageException::reason).toList() : List.of());
	}

	/**
	 * It breaks constraints.
	 * @param reasons what is wrong, each with its place
	 */
	static RejectedMessageException notValid(ListenerEndpoint listener, List<String> reasons) {
		String detail = reasons.isEmpty() ? null : joined(reasons);
		return new RejectedMessageException(listener, "The message is not valid", detail, detail);
	}

	/**
	 * In an order that does not change from call to call.
	 */
	private static String joined(List<String> reasons) {
		String joined = reasons.stream()
			.sorted()
			.limit(MAX_REASONS)
			.map((reason) -> StringUtils.truncate(reason, MAX_REASON_LENGTH))
			.collect(Collectors.joining(", "));
		int others = reasons.size() - MAX_REASONS;
		return (others > 0) ? joined + " and " + others + " more" : joined;
	}

	private static String reason(ObjectError error) {
		String field = (error instanceof FieldError ofField) ? withoutKeys(ofField.getField()) + " " : "";
		return field + error.getDefaultMessage();
	}

	/**
	 * Where a value is, without what the peer has written.
	 */
	static String withoutKeys(String path) {
		return KEY.matcher(path).replaceAll("[*]");
	}

	@Override
	public String getMessage() {
		return this.message;
	}

}
