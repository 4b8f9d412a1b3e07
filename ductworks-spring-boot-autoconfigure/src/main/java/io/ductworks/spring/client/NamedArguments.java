package io.ductworks.spring.client;

import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JacksonSerializable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.jsontype.TypeSerializer;

/**
 * Several arguments as one payload, an object with a member for each. A map, for codecs
 * that know nothing of Jackson; with Jackson each is written as its declared type.
 */
final class NamedArguments extends AbstractMap<String, @Nullable Object> implements JacksonSerializable {

	private final ExchangeArguments arguments;

	private final @Nullable Object[] values;

	NamedArguments(ExchangeArguments arguments, @Nullable Object[] values) {
		this.arguments = arguments;
		this.values = values;
	}

	@Override
	public Set<Map.Entry<String, @Nullable Object>> entrySet() {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		for (int i = 0; i < this.values.length; i++) {
			members.put(this.arguments.names().get(i), this.values[i]);
		}
		return members.entrySet();
	}

	@Override
	public void serialize(JsonGenerator generator, SerializationContext context) {
		generator.writeStartObject();
		for (int i = 0; i < this.values.length; i++) {
			generator.writeName(this.arguments.names().get(i));
			Object value = this.values[i];
			if (value == null) {
				generator.writeNull();
			}
			else {
				write(value, context.constructType(this.arguments.types().get(i)), generator, context);
			}
		}
		generator.writeEndObject();
	}

	/**
	 * As a mapper writes a value of a given type: with what tells its class where that
	 * type wants it, and as the value itself is where the type says nothing.
	 */
	private static void write(Object value, JavaType type, JsonGenerator generator, SerializationContext context) {
		TypeSerializer types = context.findTypeSerializer(type);
		if (types != null && !type.isContainerType()) {
			context.findRootValueSerializer(value.getClass()).serializeWithType(value, generator, context, types);
		}
		else if (type.isJavaLangObject()) {
			context.findTypedValueSerializer(value.getClass(), true).serialize(value, generator, context);
		}
		else {
			context.findTypedValueSerializer(type, true).serialize(value, generator, context);
		}
	}

	@Override
	public void serializeWithType(JsonGenerator generator, SerializationContext context, TypeSerializer types) {
		serialize(generator, context);
	}

}
