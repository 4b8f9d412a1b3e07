package io.ductworks.internal.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The members of a problem of RFC 9457, to be written and as they come. Peers may have
 * written anything. Thread-safe.
 */
public final class ProblemJson {

	private static final Set<String> KNOWN_MEMBERS = Set.of("status", "title", "detail");

	private ProblemJson() {
	}

	/**
	 * The members of a problem to be written.
	 * @param status its status
	 * @param title its short summary
	 * @param detail its explanation, or {@code null}
	 * @param properties its further members
	 * @return all of them, in this order
	 */
	public static Map<String, @Nullable Object> members(int status, String title, @Nullable String detail,
			Map<String, @Nullable Object> properties) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		members.put("status", status);
		members.put("title", title);
		if (detail != null) {
			members.put("detail", detail);
		}
		members.putAll(properties);
		return members;
	}

	/**
	 * The status, if it is one of failures: users hand it on to HTTP.
	 * @param problem the problem
	 * @param otherwise what to return if it has no such status
	 * @return a status from 400 to 599, or the other value
	 */
	public static int status(JsonNode problem, int otherwise) {
		int status = problem.path("status").asInt(otherwise);
		return (status >= 400 && status <= 599) ? status : otherwise;
	}

	/**
	 * A member that is text.
	 * @param problem the problem
	 * @param member the member's name
	 * @return its value, or {@code null} if it is no string or not there
	 */
	public static @Nullable String text(JsonNode problem, String member) {
		JsonNode value = problem.path(member);
		return value.isString() ? value.stringValue() : null;
	}

	/**
	 * The further members.
	 * @param problem the problem
	 * @return those beside status, title and detail, as the types that JSON has
	 */
	public static Map<String, @Nullable Object> properties(ObjectNode problem) {
		Map<String, @Nullable Object> properties = new LinkedHashMap<>();
		problem.properties().forEach((member) -> {
			if (!KNOWN_MEMBERS.contains(member.getKey())) {
				properties.put(member.getKey(), JsonMapper.shared().treeToValue(member.getValue(), Object.class));
			}
		});
		return properties;
	}

}
