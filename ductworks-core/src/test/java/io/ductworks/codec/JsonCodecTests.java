package io.ductworks.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;
import tools.jackson.databind.module.SimpleModule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class JsonCodecTests {

	private final MessageCodec codec = MessageCodec.json();

	record Order(String itemName, int count) {
	}

	// Any value at the top

	@Test
	void encodeWhenMessageIsAnyJsonValueThenWritesItAlone() throws Exception {
		assertThat(encode("hello!")).isEqualTo("\"hello!\"");
		assertThat(encode(null)).isEqualTo("null");
		assertThat(encode(true)).isEqualTo("true");
		assertThat(encode(-1.5)).isEqualTo("-1.5");
		assertThat(encode(Long.MAX_VALUE)).isEqualTo("9223372036854775807");
		assertThat(encode(Arrays.asList(1, null, "x"))).isEqualTo("[1,null,\"x\"]");
		assertThat(encode(Map.of("a", List.of()))).isEqualTo("{\"a\":[]}");
		assertThat(encode(new Order("tea", 2))).isEqualTo("{\"itemName\":\"tea\",\"count\":2}");
	}

	@Test
	void decodeWhenNoTypeIsWantedThenGivesJavasNaturalTypes() throws Exception {
		assertThat(decode("\"hello!\"")).isEqualTo("hello!");
		assertThat(decode("null")).isNull();
		assertThat(decode("false")).isEqualTo(false);
		assertThat(decode("7")).isEqualTo(7);
		assertThat(decode("9223372036854775808")).isEqualTo(new BigInteger("9223372036854775808"));
		assertThat(decode("-1.5")).isEqualTo(-1.5);
		assertThat(decode(" [1, null, \"x\"]\n")).isEqualTo(Arrays.asList(1, null, "x"));
		assertThat(decode("{\"a\": {\"b\": []}}")).isEqualTo(Map.of("a", Map.of("b", List.of())));
	}

	@Test
	void decodeWhenNullMeetsAnyTypeThenGivesNull() throws Exception {
		assertThat(decode("null", Order.class)).isNull();
		assertThat(decode("null", String.class)).isNull();
	}

	@Test
	void decodeWhenPayloadIsPartOfAnArrayThenReadsThatPartOnly() throws Exception {
		byte[] array = "]]12[[".getBytes(StandardCharsets.US_ASCII);

		assertThat(this.codec.decode(array, 2, 2, Object.class)).isEqualTo(12);
		assertThat(array).asString().isEqualTo("]]12[[");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "{", "[1", "\"open", "nul", "{'a':1}", "[1,]", "01", "+1", ".5", "// c\n1",
			"<a/>", "1 2", "{} {}", "[] ]", "null null", "1,", "1}" })
	void decodeWhenPayloadIsNotOneJsonValueThenRefusesIt(String json) {
		assertThatExceptionOfType(UnreadableJsonException.class).isThrownBy(() -> decode(json))
			.withCauseInstanceOf(JacksonException.class);
	}

	@Test
	void o3DecodeWhenItFailsThenItsMessageSaysWhereAndNothingOfThePayload() {
		assertThatExceptionOfType(UnreadableJsonException.class)
			.isThrownBy(() -> decode("{\"itemName\":\"tea\",\"count\":\"secret\"}", Order.class))
			.withMessage("it has no int at count, line 1, column 27");
		assertThatExceptionOfType(UnreadableJsonException.class)
			.isThrownBy(() -> decode("[{},\n[\"secret\"]]", new TypeReference<List<Map<String, Integer>>>() {
			}.getType()))
			.withMessageStartingWith("it has no LinkedHashMap at [1], line 2");
		assertThatExceptionOfType(UnreadableJsonException.class)
			.isThrownBy(() -> decode("{\"secret\":\"secret\"}", new TypeReference<Map<String, Integer>>() {
			}.getType()))
			.withMessageStartingWith("it has no Integer at *, line 1");
		assertThatExceptionOfType(UnreadableJsonException.class).isThrownBy(() -> decode("{secret}"))
			.withMessageStartingWith("it is not one JSON value, line 1");
	}

	@Test
	void decodeWhenAMemberMustNotBeNullThenItsMessageSaysSo() {
		assertThatExceptionOfType(UnreadableJsonException.class)
			.isThrownBy(() -> decode("{\"customer\":null}", NeedsCustomer.class))
			.withMessageStartingWith("what is needed is missing or null at customer, line 1");
	}

	@Test
	void decodeWhenTrailingTokenFollowsTheWantedTypeThenRefusesIt() {
		assertThatExceptionOfType(UnreadableJsonException.class)
			.isThrownBy(() -> decode("{\"itemName\":\"a\",\"count\":1} {\"admin\":true}", Order.class))
			.withCauseInstanceOf(JacksonException.class);
	}

	// What Python writes bare

	@Test
	void codecWhenNumberIsNotFiniteThenStandsBareInBothDirections() throws Exception {
		assertThat(encode(Double.NaN)).isEqualTo("NaN");
		assertThat(encode(Arrays.asList(Double.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN)))
			.isEqualTo("[Infinity,-Infinity,NaN]");
		assertThat(decode("[NaN, Infinity, -Infinity]"))
			.isEqualTo(List.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
		assertThat(decode("NaN", double.class)).isEqualTo(Double.NaN);
		assertThat(decode("-Infinity", Float.class)).isEqualTo(Float.NEGATIVE_INFINITY);
	}

	@Test
	void codecWhenMapperQuotesNotFiniteNumbersThenTheyStandBareAllTheSame() throws Exception {
		MessageCodec own = MessageCodec.json(JsonMapper.builder()
			.enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
			.disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
			.disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
			.build());

		assertThat(encode(own, Double.NaN)).isEqualTo("NaN");
		assertThat(decode(own, bytes("NaN"), Object.class)).isEqualTo(Double.NaN);
		assertThatExceptionOfType(UnreadableJsonException.class)
			.isThrownBy(() -> decode(own, bytes("1 2"), Object.class))
			.withCauseInstanceOf(JacksonException.class);
	}

	// UTF-8

	@ParameterizedTest
	@ValueSource(strings = { "ä", "日本語", "👍", "👩‍👩‍👧‍👦", "\ud800\udc00", "\udbff\udfff", "\u0000\n\"\\" })
	void codecWhenTextIsNotAsciiThenComesBackTheSame(String text) throws Exception {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		this.codec.encode(Map.of(text, text), target);

		assertThat(decode(this.codec, target.toByteArray(), Object.class)).isEqualTo(Map.of(text, text));
	}

	@Test
	void codecWhenTextIsEmojiThenWritesFourBytesAndReadsEscapesToo() throws Exception {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		this.codec.encode("👍", target);

		assertThat(HexFormat.of().formatHex(target.toByteArray())).isEqualTo("22f09f918d22");
		assertThat(decode("\"\\ud83d\\udc4d\"")).isEqualTo("👍");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\ud83d", "\ud83da", "\udc4d", "\ud83d\ud83d\udc4d", "a\ud83d\ud83d" })
	void encodeWhenSurrogateStandsAloneThenEscapesItAsPythonDoes(String text) throws Exception {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		this.codec.encode(text, target);

		assertThat(target.toString(StandardCharsets.UTF_8)).containsIgnoringCase("\\ud");
		assertThat(decode(this.codec, target.toByteArray(), Object.class)).isEqualTo(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "22c08022", "22eda08022", "22edb08022", "22f490808022", "22f09f9122", "22c322", "22ff22",
			"22e282", "efbbbf2261 22", "2200610022" })
	void decodeWhenBytesAreNotStrictUtf8ThenRefusesThem(String hex) {
		byte[] payload = HexFormat.of().parseHex(hex.replace(" ", ""));

		assertThatExceptionOfType(IOException.class).isThrownBy(() -> decode(this.codec, payload, Object.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32", "UTF-32BE", "UTF-32LE", "X-UTF-32BE-BOM",
			"X-UTF-32LE-BOM", "x-UTF-16LE-BOM" })
	void decodeWhenJsonIsInAnotherUnicodeEncodingThenRefusesIt(String charset) {
		byte[] payload = "{\"a\":\"b\"}".getBytes(Charset.forName(charset));

		assertThatExceptionOfType(IOException.class).isThrownBy(() -> decode(this.codec, payload, Object.class))
			.withMessageContaining("is not UTF-8");
	}

	// Types

	@Test
	void decodeWhenTypeIsARecordThenGivesIt() throws Exception {
		assertThat(decode("{\"count\":2,\"itemName\":\"tea\"}", Order.class)).isEqualTo(new Order("tea", 2));
	}

	@Test
	void decodeWhenTypeIsGenericThenGivesItsElements() throws Exception {
		Type orders = new TypeReference<List<Order>>() {
		}.getType();
		Type byName = new TypeReference<Map<String, List<Order>>>() {
		}.getType();

		assertThat(decode("[{\"itemName\":\"tea\",\"count\":2}]", orders)).isEqualTo(List.of(new Order("tea", 2)));
		assertThat(decode("{\"x\":[{\"itemName\":\"tea\",\"count\":2}]}", byName))
			.isEqualTo(Map.of("x", List.of(new Order("tea", 2))));
	}

	@Test
	void decodeWhenTypesAlternateThenEachGivesItsOwn() throws Exception {
		for (int i = 0; i < 3; i++) {
			assertThat(decode("1", Integer.class)).isEqualTo(1);
			assertThat(decode("1", Long.class)).isEqualTo(1L);
			assertThat(decode("1", String.class)).isEqualTo("1");
		}
	}

	@Test
	void decodeWhenPropertyIsUnknownThenIgnoresIt() throws Exception {
		assertThat(decode("{\"itemName\":\"tea\",\"count\":2,\"since\":[{}]}", Order.class))
			.isEqualTo(new Order("tea", 2));
	}

	@Test
	void decodeWhenPayloadDoesNotFitTheTypeThenRefusesIt() {
		assertThatExceptionOfType(UnreadableJsonException.class).isThrownBy(() -> decode("\"tea\"", Order.class))
			.withCauseInstanceOf(JacksonException.class);
	}

	@Test
	void encodeWhenMessageCannotBeMappedThenRefusesIt() {
		List<Object> circle = new ArrayList<>();
		circle.add(circle);

		assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> encode(circle));
	}

	// Limits: W11, W12, W13

	@Test
	void decodeWhenNestingIsDeepThenStopsAt500() throws Exception {
		Object value = decode("[".repeat(500) + "]".repeat(500));
		int depth = 1;
		while (value instanceof List<?> list && !list.isEmpty()) {
			value = list.get(0);
			depth++;
		}
		assertThat(depth).isEqualTo(500);

		assertThatExceptionOfType(UnreadableJsonException.class)
			.isThrownBy(() -> decode("[".repeat(501) + "]".repeat(501)))
			.withMessageContaining("500")
			.withCauseInstanceOf(StreamConstraintsException.class);
	}

	@Test
	void decodeWhenTokensAreManyThenStopsAt250000() throws Exception {
		assertThat(decode(numbers(249_998))).asInstanceOf(InstanceOfAssertFactories.LIST).hasSize(249_998);

		assertThatExceptionOfType(UnreadableJsonException.class).isThrownBy(() -> decode(numbers(249_999)))
			.withMessageContaining("250000")
			.withCauseInstanceOf(StreamConstraintsException.class);
	}

	/** So many numbers in a list, whose brackets are tokens too. */
	private static String numbers(int count) {
		return "[" + String.join(",", Collections.nCopies(count, "1")) + "]";
	}

	@Test
	void decodeWhenNumberIsLongThenStopsAt1000Digits() throws Exception {
		assertThat(decode("9".repeat(1000))).isEqualTo(new BigInteger("9".repeat(1000)));

		assertThatExceptionOfType(UnreadableJsonException.class).isThrownBy(() -> decode("9".repeat(1001)))
			.withMessageContaining("1000")
			.withCauseInstanceOf(StreamConstraintsException.class);
		assertThatExceptionOfType(UnreadableJsonException.class).isThrownBy(() -> decode("0." + "9".repeat(1001)))
			.withMessageContaining("1000")
			.withCauseInstanceOf(StreamConstraintsException.class);
	}

	@Test
	void decodeWhenExponentIsHugeThenDoesNotWriteTheNumberOut() {
		assertThatExceptionOfType(UnreadableJsonException.class)
			.isThrownBy(() -> decode("1e1000000000", BigInteger.class))
			.withCauseInstanceOf(StreamConstraintsException.class);
	}

	@Test
	void decodeWhenMapperIsLaxerThenOurLimitsHold() {
		MessageCodec lax = limited(StreamReadConstraints.builder()
			.maxNestingDepth(100_000)
			.maxNumberLength(100_000)
			.maxTokenCount(10_000_000)
			.build());

		for (String json : List.of("[".repeat(501) + "]".repeat(501), numbers(249_999), "9".repeat(1001))) {
			assertThatExceptionOfType(UnreadableJsonException.class)
				.isThrownBy(() -> decode(lax, bytes(json), Object.class))
				.withCauseInstanceOf(StreamConstraintsException.class);
		}
	}

	@Test
	void decodeWhenMapperIsStricterThenItsLimitsHold() {
		MessageCodec strict = limited(StreamReadConstraints.builder()
			.maxNestingDepth(2)
			.maxNumberLength(3)
			.maxTokenCount(10)
			.maxStringLength(4)
			.maxNameLength(4)
			.maxDocumentLength(100)
			.build());

		for (String json : List.of("[[[]]]", numbers(20), "1234", "\"12345\"", "{\"12345\":1}", " ".repeat(20_000))) {
			assertThatExceptionOfType(UnreadableJsonException.class).as(json)
				.isThrownBy(() -> decode(strict, bytes(json), Object.class))
				.withCauseInstanceOf(StreamConstraintsException.class);
		}
	}

	private static MessageCodec limited(StreamReadConstraints constraints) {
		return MessageCodec
			.json(JsonMapper.builder(JsonFactory.builder().streamReadConstraints(constraints).build()).build());
	}

	// The user's mapper

	@Test
	void codecWhenMapperHasANamingStrategyThenUsesIt() throws Exception {
		MessageCodec own = MessageCodec
			.json(JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build());

		assertThat(encode(own, new Order("tea", 2))).isEqualTo("{\"item_name\":\"tea\",\"count\":2}");
		assertThat(decode(own, bytes("{\"item_name\":\"tea\",\"count\":2}"), Order.class))
			.isEqualTo(new Order("tea", 2));
	}

	@Test
	void codecWhenMapperHasAModuleThenUsesIt() throws Exception {
		SimpleModule module = new SimpleModule().addSerializer(Order.class, new ValueSerializer<Order>() {

			@Override
			public void serialize(Order order, JsonGenerator generator, SerializationContext context) {
				generator.writeString(order.count() + "x" + order.itemName());
			}

		}).addDeserializer(Order.class, new ValueDeserializer<Order>() {

			@Override
			public Order deserialize(JsonParser parser, DeserializationContext context) {
				String[] parts = parser.getString().split("x");
				return new Order(parts[1], Integer.parseInt(parts[0]));
			}

		});
		MessageCodec own = MessageCodec.json(JsonMapper.builder().addModule(module).build());

		assertThat(encode(own, new Order("tea", 2))).isEqualTo("\"2xtea\"");
		assertThat(decode(own, bytes("\"2xtea\""), Order.class)).isEqualTo(new Order("tea", 2));
	}

	@Test
	void decodeWhenMapperHasReadFeaturesThenUsesThem() throws Exception {
		MessageCodec own = MessageCodec.json(JsonMapper.builder()
			.enable(JsonReadFeature.ALLOW_JAVA_COMMENTS, JsonReadFeature.ALLOW_TRAILING_COMMA)
			.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
			.build());

		assertThat(decode(own, bytes("/* two */ [2,]"), Object.class)).isEqualTo(List.of(BigInteger.TWO));
		assertThatExceptionOfType(UnreadableJsonException.class)
			.isThrownBy(() -> decode(own, bytes("{\"a\":1,\"a\":2}"), Object.class))
			.withCauseInstanceOf(JacksonException.class);
		assertThatExceptionOfType(UnreadableJsonException.class)
			.isThrownBy(() -> decode(own, bytes("{\"count\":1,\"itemName\":\"a\",\"colour\":1}"), Order.class))
			.withCauseInstanceOf(UnrecognizedPropertyException.class);
	}

	@Test
	void decodeWhenFactoryHasReadFeaturesThenUsesThem() throws Exception {
		MessageCodec own = MessageCodec.json(
				JsonMapper.builder(JsonFactory.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build()).build());

		assertThat(decode(own, bytes("'a'"), Object.class)).isEqualTo("a");
	}

	@Test
	void codecWhenMadeThenLeavesTheMapperAsItWas() {
		JsonMapper mapper = JsonMapper.builder().build();
		MessageCodec.json(mapper);

		assertThat(mapper.writeValueAsString(Double.NaN)).isEqualTo("\"NaN\"");
		assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> mapper.readValue("NaN", Object.class));
	}

	// No type from the payload: W15

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "{\"@class\":\"java.net.URL\",\"val\":\"http://x.invalid\"} | @class",
			"{\"@type\":\"java.util.ArrayList\"} | @type", "{\"@c\":\"java.lang.Thread\"} | @c" })
	void decodeWhenPayloadNamesAClassThenThatIsAPropertyLikeAnyOther(String json, String property) throws Exception {
		assertThat(decode(json)).isInstanceOf(LinkedHashMap.class)
			.asInstanceOf(InstanceOfAssertFactories.MAP)
			.containsKey(property);
		assertThat(decode("[\"java.util.HashSet\", [1]]")).isEqualTo(List.of("java.util.HashSet", List.of(1)));
	}

	@Test
	void decodeWhenMapperHasDefaultTypingThenThePayloadChoosesNoTypeAllTheSame() throws Exception {
		for (DefaultTyping typing : DefaultTyping.values()) {
			MessageCodec own = MessageCodec.json(JsonMapper.builder()
				.activateDefaultTyping(BasicPolymorphicTypeValidator.builder().allowIfBaseType(Object.class).build(),
						typing, JsonTypeInfo.As.PROPERTY)
				.build());

			assertThat(decode(own, bytes("{\"@class\":\"java.util.TreeMap\",\"a\":1}"), Object.class))
				.isEqualTo(Map.of("@class", "java.util.TreeMap", "a", 1));
			assertThat(encode(own, new ArrayList<>(List.of(Map.of("a", 1))))).isEqualTo("[{\"a\":1}]");
		}
	}

	private String encode(Object message) throws IOException {
		return encode(this.codec, message);
	}

	private static String encode(MessageCodec codec, Object message) throws IOException {
		ByteArrayOutputStream target = new ByteArrayOutputStream();
		codec.encode(message, target);
		return target.toString(StandardCharsets.UTF_8);
	}

	private Object decode(String json) throws IOException {
		return decode(json, Object.class);
	}

	private Object decode(String json, Type type) throws IOException {
		return decode(this.codec, bytes(json), type);
	}

	private static Object decode(MessageCodec codec, byte[] payload, Type type) throws IOException {
		return codec.decode(payload, 0, payload.length, type);
	}

	private static byte[] bytes(String json) {
		return json.getBytes(StandardCharsets.UTF_8);
	}

	record NeedsCustomer(@JsonSetter(nulls = Nulls.FAIL) String customer) {
	}

}
