package io.ductworks.codec;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JacksonException.Reference;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidNullException;
import tools.jackson.databind.exc.MismatchedInputException;

/**
 * JSON that cannot be read. Its message, which ends up in logs, says what is wrong and
 * where, but nothing that the peer wrote; that is in the cause.
 */
public final class UnreadableJsonException extends IOException {

	private static final long serialVersionUID = 1L;

	/** Where it is, empty if that is not known. */
	private final String path;

	UnreadableJsonException(JacksonException cause) {
		super(what(cause) + where(cause), cause);
		this.path = path(cause.getPath());
	}

	/**
	 * Where in the message it is, without anything that the peer wrote.
	 * @return such as {@code items[0].sku}, empty for the whole message; keys of maps are
	 * stars
	 */
	public String path() {
		return this.path;
	}

	private static String what(JacksonException ex) {
		if (ex instanceof StreamConstraintsException) {
			// Speaks of numbers and limits only.
			return ex.getOriginalMessage();
		}
		if (ex instanceof StreamReadException) {
			return "it is not one JSON value";
		}
		if (ex instanceof InvalidNullException) {
			return "what is needed is missing or null";
		}
		if (ex instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
			return "it has no " + mismatch.getTargetType().getSimpleName();
		}
		return "it does not fit";
	}

	private static String where(JacksonException ex) {
		String path = path(ex.getPath());
		StringBuilder text = new StringBuilder(path.isEmpty() ? "" : " at " + path);
		TokenStreamLocation location = ex.getLocation();
		if (location != null) {
			text.append(", line ").append(location.getLineNr()).append(", column ").append(location.getColumnNr());
		}
		return text.toString();
	}

	private static String path(List<Reference> path) {
		StringBuilder text = new StringBuilder();
		for (Reference reference : path) {
			if (reference.getPropertyName() == null) {
				text.append('[').append(reference.getIndex()).append(']');
			}
			else {
				// The keys of a map are the peer's.
				text.append(text.isEmpty() ? "" : ".")
					.append(isMap(reference.from()) ? "*" : reference.getPropertyName());
			}
		}
		return text.toString();
	}

	private static boolean isMap(Object from) {
		return from instanceof Map || from instanceof Class<?> type && Map.class.isAssignableFrom(type);
	}

}
