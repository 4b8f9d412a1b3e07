package io.ductworks.spring.listener;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

import org.springframework.util.StringUtils;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/**
 * One thing that is wrong with a message.
 *
 * @param field where, without what the peer has written; empty for the message as a whole
 * @param message what, in words
 */
record Violation(String field, String message) {

	private static final Comparator<Violation> ORDER = Comparator.comparing(Violation::field)
		.thenComparing(Violation::message);

	/**
	 * What Spring found wrong with a bean.
	 */
	static Violation of(ObjectError error) {
		return new Violation(
				(error instanceof FieldError ofField) ? RejectedMessageException.withoutKeys(ofField.getField()) : "",
				String.valueOf(error.getDefaultMessage()));
	}

	/**
	 * The same in an order that does not change from call to call.
	 */
	static List<Violation> sorted(List<Violation> violations) {
		return violations.stream().sorted(ORDER).toList();
	}

	/**
	 * What the requester is told of it.
	 * @param length how long each text may be
	 */
	Map<String, String> member(int length) {
		return Map.of("field", StringUtils.truncate(this.field, length), "message",
				StringUtils.truncate(this.message, length));
	}

	@Override
	public String toString() {
		return this.field.isEmpty() ? this.message : this.field + " " + this.message;
	}

}
