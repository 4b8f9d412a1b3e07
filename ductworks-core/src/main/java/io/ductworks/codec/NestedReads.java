package io.ductworks.codec;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.FormatSchema;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.TreeNode;
import tools.jackson.core.tree.ArrayTreeNode;
import tools.jackson.core.tree.ObjectTreeNode;
import tools.jackson.core.type.ResolvedType;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a deserializer gets that asks its parser for a value, as with
 * {@link JsonParser#readValueAsTree()}: the mapper reads it. Thread-safe, since it makes
 * a context only for a deserializer that asks.
 */
final class NestedReads implements ObjectReadContext {

	private final JsonMapper mapper;

	private final TokenStreamFactory parsers;

	NestedReads(JsonMapper mapper, TokenStreamFactory parsers) {
		this.mapper = mapper;
		this.parsers = parsers;
	}

	private ObjectReadContext context(JsonParser parser) {
		return this.mapper._deserializationContext().assignParser(parser);
	}

	@Override
	public @Nullable FormatSchema getSchema() {
		return null;
	}

	@Override
	public int getStreamReadFeatures(int defaults) {
		return defaults;
	}

	@Override
	public int getFormatReadFeatures(int defaults) {
		return defaults;
	}

	@Override
	public TokenStreamFactory tokenStreamFactory() {
		return this.parsers;
	}

	@Override
	public StreamReadConstraints streamReadConstraints() {
		return this.parsers.streamReadConstraints();
	}

	@Override
	public ArrayTreeNode createArrayNode() {
		return this.mapper.createArrayNode();
	}

	@Override
	public ObjectTreeNode createObjectNode() {
		return this.mapper.createObjectNode();
	}

	@Override
	public <T extends TreeNode> T readTree(JsonParser parser) {
		return context(parser).readTree(parser);
	}

	@Override
	public <T> T readValue(JsonParser parser, Class<T> type) {
		return context(parser).readValue(parser, type);
	}

	@Override
	public <T> T readValue(JsonParser parser, TypeReference<T> type) {
		return context(parser).readValue(parser, type);
	}

	@Override
	public <T> T readValue(JsonParser parser, ResolvedType type) {
		return context(parser).readValue(parser, type);
	}

}
