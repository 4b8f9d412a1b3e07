package io.ductworks.internal.protocol;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads what the member {@code _meta} of an object says to the library, and overwrites
 * that with blanks while a parser passes: always behind the parser, so that it finds each
 * comma in its place.
 */
final class MetaReader {

	private static final String META = "_meta";

	private static final String TIMEOUT = "io.ductworks/timeout";

	private final JsonParser parser;

	private final byte[] payload;

	private TraceContext context = TraceContext.NONE;

	private long timeoutMillis = -1;

	private MetaReader(JsonParser parser, byte[] payload) {
		this.parser = parser;
		this.payload = payload;
	}

	/**
	 * Reads an object to its end.
	 * @param parser stands at the beginning of the object
	 * @param payload what the parser reads from
	 * @return what {@code _meta} says
	 */
	static RpcMeta takeOut(JsonParser parser, byte[] payload) {
		MetaReader reader = null;
		int start = -1;
		int end = -1;
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			start = takeOut(payload, start, end);
			if (!name.equals(META)) {
				parser.nextToken();
				parser.skipChildren();
				continue;
			}
			int nameStart = JsonBytes.tokenStart(parser);
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				parser.skipChildren();
				continue;
			}
			reader = (reader != null) ? reader : new MetaReader(parser, payload);
			if (reader.readMembers() == 0) {
				start = nameStart;
				end = JsonBytes.position(parser);
			}
		}
		takeOut(payload, start, end);
		return (reader != null) ? reader.meta() : RpcMeta.NONE;
	}

	/**
	 * Takes out the member before the one that the parser stands at, if there is anything
	 * to take out.
	 */
	private static int takeOut(byte[] payload, int start, int end) {
		if (start >= 0) {
			JsonBytes.takeOut(payload, start, end);
		}
		return -1;
	}

	/**
	 * Reads a {@code _meta} to its end.
	 * @return how many members stay
	 */
	private int readMembers() {
		int staying = 0;
		int start = -1;
		int end = -1;
		for (String name = this.parser.nextName(); name != null; name = this.parser.nextName()) {
			start = takeOut(this.payload, start, end);
			if (isOurs(name)) {
				start = JsonBytes.tokenStart(this.parser);
				end = readValue(name);
			}
			else {
				this.parser.nextToken();
				this.parser.skipChildren();
				staying++;
			}
		}
		takeOut(this.payload, start, end);
		return staying;
	}

	private static boolean isOurs(String name) {
		return name.equals(TraceContext.TRACEPARENT) || name.equals(TIMEOUT) || name.equals(TraceContext.TRACESTATE)
				|| name.equals(TraceContext.BAGGAGE);
	}

	/**
	 * Reads one of our values, if it is of the right type and no longer than it may be.
	 * @return the index behind it
	 */
	private int readValue(String name) {
		JsonToken token = this.parser.nextToken();
		if (token == JsonToken.VALUE_STRING) {
			int start = JsonBytes.tokenStart(this.parser);
			int end = JsonBytes.stringEnd(this.payload, start);
			if (end - start - 2 <= TraceContext.MAX_BYTES && !name.equals(TIMEOUT)) {
				this.context = this.context.with(name, this.parser.getString());
			}
			return end;
		}
		if (token.isNumeric() && name.equals(TIMEOUT) && this.parser.getStringLength() <= TraceContext.MAX_BYTES) {
			long millis = JsonBytes.integer(this.payload, JsonBytes.tokenStart(this.parser),
					this.parser.getStringLength());
			this.timeoutMillis = Math.max(millis, -1);
		}
		this.parser.skipChildren();
		return JsonBytes.position(this.parser);
	}

	private RpcMeta meta() {
		return new RpcMeta(this.context, this.timeoutMillis);
	}

}
