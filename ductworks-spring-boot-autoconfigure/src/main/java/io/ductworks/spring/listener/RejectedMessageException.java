package io.ductworks.spring.listener;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.ductworks.DuctProblemException;
import io.ductworks.MessageCodecException;
import io.ductworks.codec.UnreadableJsonException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;
import org.springframework.validation.BindingResult;

/**
 * A message could not be handed to a listener. The log is told more of it than the
 * sender, and neither is shown any of the payload.
 */
final class RejectedMessageException extends DuctProblemException {

	private static final long serialVersionUID = 1L;

	private static final int MAX_REASONS = 10;

	private static final int MAX_ERRORS = 100;

	private static final int MAX_REASON_LENGTH = 200;

	/** The keys of a map are the peer's, and may look like the end of one. */
	private static final Pattern KEY = Pattern.compile("\\[(?!\\d{1,6}]).*]", Pattern.DOTALL);

	/** What the log is told. */
	private final String message;

	private RejectedMessageException(ListenerEndpoint listener, String title, @Nullable String detail,
			Map<String, ?> properties, @Nullable String reason) {
		super(400, title, detail, properties);
		this.message = "listener " + listener.id() + " rejected it: " + reason;
	}

	private static RejectedMessageException unreadable(ListenerEndpoint listener, @Nullable String detail,
			@Nullable String reason) {
		return new RejectedMessageException(listener, "The message cannot be read", detail, Map.of(), reason);
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
		return unreadable(listener, path.isEmpty() ? null : "at " + StringUtils.truncate(path, MAX_REASON_LENGTH),
				failure.getMessage());
	}

	/**
	 * A parameter of the call is not there, or is {@code null}.
	 */
	static RejectedMessageException missing(ListenerEndpoint listener, String part) {
		return notValid(listener, List.of(new Violation(part, "must not be null")));
	}

	/**
	 * It is not of the parameter's type. The converter's own text quotes the payload.
	 */
	static RejectedMessageException unconvertible(ListenerEndpoint listener, int size) {
		return unreadable(listener, null,
				"a message of " + size + " bytes cannot be converted to " + listener.payload().describe());
	}

	/**
	 * It breaks constraints. The validator's own text quotes the payload.
	 */
	static RejectedMessageException notValid(ListenerEndpoint listener, @Nullable BindingResult result) {
		return notValid(listener,
				(result != null) ? result.getAllErrors().stream().map(Violation::of).toList() : List.of());
	}

	/**
	 * It breaks constraints. The sender is told them one by one too, in the member
	 * {@code errors}.
	 * @param violations what is wrong
	 */
	static RejectedMessageException notValid(ListenerEndpoint listener, List<Violation> violations) {
		List<Violation> sorted = Violation.sorted(violations);
		String detail = sorted.isEmpty() ? null : joined(sorted);
		List<Map<String, String>> errors = sorted.stream()
			.limit(MAX_ERRORS)
			.map((violation) -> violation.member(MAX_REASON_LENGTH))
			.toList();
		return new RejectedMessageException(listener, "The message is not valid", detail,
				errors.isEmpty() ? Map.of() : Map.of("errors", errors), detail);
	}

	private static String joined(List<Violation> sorted) {
		String joined = sorted.stream()
			.limit(MAX_REASONS)
			.map((violation) -> StringUtils.truncate(violation.toString(), MAX_REASON_LENGTH))
			.collect(Collectors.joining(", "));
		int others = sorted.size() - MAX_REASONS;
		return (others > 0) ? joined + " and " + others + " more" : joined;
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
