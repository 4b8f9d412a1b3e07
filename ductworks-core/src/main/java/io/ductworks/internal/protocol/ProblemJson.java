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
 * written anything.
 */
final class ProblemJson {

	private static final Set<String> KNOWN_MEMBERS = Set.of("status", "title", "detail");

	private ProblemJson() {
	}

	static Map<String, @Nullable Object> members(int status, String title, @Nullable String detail,
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
	 * The status, if it is one of failures; users hand it on to HTTP.
	 */
	static int status(JsonNode problem, int otherwise) {
		int status = problem.path("status").asInt(otherwise);
		return (status >= 400 && status <= 599) ? status : otherwise;
	}

	static @Nullable String text(JsonNode problem, String member) {
		JsonNode value = problem.path(member);
		return value.isString() ? value.stringValue() : null;
	}

	static Map<String, @Nullable Object> properties(ObjectNode problem) {
		Map<String, @Nullable Object> properties = new LinkedHashMap<>();
		problem.properties().forEach((member) -> {
			if (!KNOWN_MEMBERS.contains(member.getKey())) {
				properties.put(member.getKey(), JsonMapper.shared().treeToValue(member.getValue(), Object.class));
			}
		});
		return properties;
	}

}
