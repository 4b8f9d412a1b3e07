package io.ductworks.codec;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * One JSON value in strict UTF-8.
 */
final class JsonCodec implements MessageCodec {

	private final JsonMapper mapper;

	private final ObjectWriter writer;

	private final JsonFactory parsers;

	private final ObjectReadContext nestedReads;

	private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();

	JsonCodec(JsonMapper mapper) {
		this.mapper = mapper.rebuild()
			.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
			.disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
			.enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
			.deactivateDefaultTyping()
			.build();
		this.writer = this.mapper.writer();
		this.parsers = limitedFactory(this.mapper);
		this.nestedReads = new NestedReads(this.mapper, this.parsers);
	}

	/**
	 * The limits of reading belong to a factory, which a mapper cannot exchange: hence a
	 * second one with the mapper's settings.
	 */
	private static JsonFactory limitedFactory(JsonMapper mapper) {
		DeserializationConfig config = mapper.deserializationConfig();
		JsonFactoryBuilder builder = mapper.tokenStreamFactory().rebuild();
		for (JsonReadFeature feature : JsonReadFeature.values()) {
			builder.configure(feature, config.hasFormatFeature(feature));
		}
		for (StreamReadFeature feature : StreamReadFeature.values()) {
			builder.configure(feature, config.isEnabled(feature));
		}
		return builder.streamReadConstraints(JsonLimits.within(mapper.tokenStreamFactory().streamReadConstraints()))
			.build();
	}

	@Override
	public void encode(@Nullable Object message, OutputStream target) {
		this.writer.writeValue(target, message);
	}

	@Override
	public void encode(@Nullable Object message, Type type, OutputStream target) {
		this.mapper.writerFor(this.mapper.constructType(type)).writeValue(target, message);
	}

	@Override
	public @Nullable Object decode(byte[] bytes, int offset, int length, Type type) throws IOException {
		Utf8.check(bytes, offset, length);
		try (JsonParser parser = this.parsers.createParser(this.nestedReads, bytes, offset, length)) {
			return reader(type).readValue(parser);
		}
		catch (JacksonException ex) {
			throw new UnreadableJsonException(ex);
		}
	}

	@Override
	public String toString() {
		return "json";
	}

	private ObjectReader reader(Type type) {
		ObjectReader reader = this.readers.get(type);
		if (reader == null) {
			reader = this.mapper.readerFor(this.mapper.constructType(type));
			this.readers.put(type, reader);
		}
		return reader;
	}

}
