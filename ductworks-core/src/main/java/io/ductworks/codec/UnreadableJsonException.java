package io.ductworks.codec;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JacksonException.Reference;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;

/**
 * JSON that cannot be read. Its message, which ends up in logs, says what is wrong and
 * where, but nothing that the peer wrote; that is in the cause.
 */
final class UnreadableJsonException extends IOException {

	private static final long serialVersionUID = 1L;

	UnreadableJsonException(JacksonException cause) {
		super(what(cause) + where(cause), cause);
	}

	private static String what(JacksonException ex) {
		if (ex instanceof StreamConstraintsException) {
			// Speaks of numbers and limits only.
			return ex.getOriginalMessage();
		}
		if (ex instanceof StreamReadException) {
			return "it is not one JSON value";
		}
		if (ex instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
			return "it has no " + mismatch.getTargetType().getSimpleName();
		}
		return "it does not fit";
	}

	private static String where(JacksonException ex) {
		StringBuilder text = new StringBuilder();
		path(ex.getPath(), text);
		TokenStreamLocation location = ex.getLocation();
		if (location != null) {
			text.append(", line ").append(location.getLineNr()).append(", column ").append(location.getColumnNr());
		}
		return text.toString();
	}

	private static void path(List<Reference> path, StringBuilder text) {
		for (Reference reference : path) {
			text.append(text.isEmpty() ? " at " : ".");
			if (reference.getPropertyName() == null) {
				text.append('[').append(reference.getIndex()).append(']');
			}
			else {
				// The keys of a map are the peer's.
				text.append(isMap(reference.from()) ? "*" : reference.getPropertyName());
			}
		}
	}

	private static boolean isMap(Object from) {
		return from instanceof Map || from instanceof Class<?> type && Map.class.isAssignableFrom(type);
	}

}
