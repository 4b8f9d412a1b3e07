package io.ductworks.codec;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TreeNode;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Every way in which a deserializer may read: what the mapper alone reads, a duct reads.
 */
class AskingDeserializerTests {

	/** A value between two others, so that a reader that goes on too far is found. */
	private static final String JSON = "{\"before\":1,\"money\":{\"amount\":\"12.50\",\"currency\":\"EUR\"},\"after\":[2]}";

	record Money(String text) {
	}

	record Parts(String amount, String currency) {
	}

	record Priced(int before, Money money, List<Integer> after) {
	}

	private static final Priced READ = new Priced(1, new Money("12.50 EUR"), List.of(2));

	private static final class Asking extends ValueDeserializer<Money> {

		private final Function<JsonParser, String> asks;

		private final boolean context;

		Asking(Function<JsonParser, String> asks, boolean context) {
			this.asks = asks;
			this.context = context;
		}

		@Override
		public Money deserialize(JsonParser parser, DeserializationContext context) {
			if (!this.context) {
				return new Money(this.asks.apply(parser));
			}
			Parts parts = context.readValue(parser, Parts.class);
			return new Money(parts.amount() + " " + parts.currency());
		}

	}

	private static MessageCodec codec(Asking deserializer) {
		return MessageCodec.json(
				JsonMapper.builder().addModule(new SimpleModule().addDeserializer(Money.class, deserializer)).build());
	}

	private static @Nullable Object read(Function<JsonParser, String> asks) throws Exception {
		return read(codec(new Asking(asks, false)));
	}

	private static @Nullable Object read(MessageCodec codec) throws Exception {
		byte[] bytes = ("x" + JSON + "x").getBytes(StandardCharsets.UTF_8);
		return codec.decode(bytes, 1, bytes.length - 2, Priced.class);
	}

	@Test
	void b1DecodeWhenDeserializerReadsATreeThenGetsIt() throws Exception {
		assertThat(read((parser) -> {
			TreeNode tree = parser.readValueAsTree();
			return ((JsonNode) tree).get("amount").asString() + " " + ((JsonNode) tree).get("currency").asString();
		})).isEqualTo(READ);
	}

	@Test
	void b1DecodeWhenDeserializerReadsAValueOfAClassThenGetsIt() throws Exception {
		assertThat(read((parser) -> {
			Parts parts = parser.readValueAs(Parts.class);
			return parts.amount() + " " + parts.currency();
		})).isEqualTo(READ);
	}

	@Test
	void b1DecodeWhenDeserializerReadsAValueOfAGenericTypeThenGetsIt() throws Exception {
		assertThat(read((parser) -> {
			Map<String, String> parts = parser.readValueAs(new TypeReference<Map<String, String>>() {
			});
			return parts.get("amount") + " " + parts.get("currency");
		})).isEqualTo(READ);
	}

	@Test
	void b1DecodeWhenDeserializerAsksItsContextThenGetsIt() throws Exception {
		assertThat(read(codec(new Asking((parser) -> "", true)))).isEqualTo(READ);
	}

	@Test
	void b1DecodeWhenDeserializerReadsTokensThenGetsThem() throws Exception {
		assertThat(read((parser) -> {
			parser.nextToken();
			parser.nextToken();
			String amount = parser.getString();
			parser.nextToken();
			parser.nextToken();
			String currency = parser.getString();
			parser.nextToken();
			return amount + " " + currency;
		})).isEqualTo(READ);
	}

	@Test
	void b1DecodeWhenDeserializerOfTheWholeAsksThenTrailingTokensAreStillRefused() throws Exception {
		MessageCodec codec = codec(new Asking((parser) -> parser.readValueAs(Parts.class).amount(), false));
		byte[] right = "{\"amount\":\"1\",\"currency\":\"EUR\"}".getBytes(StandardCharsets.UTF_8);
		byte[] wrong = "{\"amount\":\"1\",\"currency\":\"EUR\"} 2".getBytes(StandardCharsets.UTF_8);

		assertThat(codec.decode(right, 0, right.length, Money.class)).isEqualTo(new Money("1"));
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> codec.decode(wrong, 0, wrong.length, Money.class));
	}

	@JsonDeserialize(using = NestedBomb.class)
	record Bomb(int size) {
	}

	private static final class NestedBomb extends ValueDeserializer<Bomb> {

		@Override
		public Bomb deserialize(JsonParser parser, DeserializationContext context) {
			return new Bomb(((JsonNode) parser.readValueAsTree()).size());
		}

	}

	@Test
	void b1DecodeWhenDeserializerReadsATreeThenTheLimitsHoldThereToo() throws Exception {
		ByteArrayOutputStream nested = new ByteArrayOutputStream();
		nested.write("[".repeat(501).getBytes(StandardCharsets.US_ASCII));
		nested.write("]".repeat(501).getBytes(StandardCharsets.US_ASCII));

		assertThatExceptionOfType(Exception.class)
			.isThrownBy(() -> MessageCodec.json().decode(nested.toByteArray(), 0, nested.size(), Bomb.class))
			.withStackTraceContaining("500");
	}

}
