package io.ductworks.internal.protocol;

import io.ductworks.internal.protocol.RpcMessage.Answer;
import io.ductworks.internal.protocol.RpcMessage.Call;
import io.ductworks.internal.protocol.RpcMessage.Fault;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;

/**
 * Reads what a payload is in JSON-RPC 2.0: a look at the members of the envelope, which
 * builds no tree. Parameters, results and errors are found, and left to be decoded once.
 * Not thread-safe; one for each payload.
 */
public final class RpcReader {

	private static final String VERSION = "2.0";

	private static final int MAX_UNKNOWN_MEMBERS = 64;

	private static final Part NOTHING = new Part(0, 0);

	private final byte[] payload;

	private final boolean takesMeta;

	/** Bits of the members that were there. */
	private int seen;

	private @Nullable String twice;

	private int unknownMembers;

	/** What makes bytes no JSON. */
	private @Nullable String unreadable;

	/** What makes JSON no envelope. */
	private @Nullable String noObject;

	private boolean isVersion2;

	private @Nullable RpcId id;

	private @Nullable String method;

	private @Nullable Part params;

	private RpcMeta meta = RpcMeta.NONE;

	private @Nullable Part result;

	private @Nullable Part error;

	private boolean isResultNull;

	private boolean isErrorNull;

	private RpcReader(byte[] payload, boolean takesMeta) {
		this.payload = payload;
		this.takesMeta = takesMeta;
	}

	/**
	 * Reads a payload. Takes time in proportion to its length, and little memory.
	 * @param payload the payload, which must be the caller's own: what {@code _meta} says
	 * to the library is overwritten with blanks
	 * @param meta whether {@code _meta} is read
	 * @return what it is, whatever the bytes are
	 */
	public static RpcMessage read(byte[] payload, boolean meta) {
		return new RpcReader(payload, meta).read();
	}

	private RpcMessage read() {
		// Before anything is taken out.
		int bad = StrictUtf8.firstBad(this.payload, 0, this.payload.length);
		try (JsonParser parser = JsonBytes.parser(this.payload)) {
			readPayload(parser);
		}
		if (bad >= 0) {
			this.unreadable = "not UTF-8 at byte " + bad;
		}
		if (this.method == null && (has(Member.RESULT) || has(Member.ERROR))) {
			return answer();
		}
		if (this.unreadable != null) {
			return new Fault(RpcErrors.PARSE_ERROR, "The frame cannot be read: " + this.unreadable, id());
		}
		String fault = fault();
		if (fault != null || this.method == null) {
			return new Fault(RpcErrors.INVALID_REQUEST, "The frame is no JSON-RPC: " + fault, id());
		}
		return new Call(this.id, this.method, this.params, this.meta);
	}

	private void readPayload(JsonParser parser) {
		try {
			JsonToken first = parser.nextToken();
			if (first == null) {
				this.unreadable = "it is empty";
			}
			else if (first == JsonToken.START_OBJECT) {
				readMembers(parser);
			}
			else {
				parser.skipChildren();
				this.noObject = (first == JsonToken.START_ARRAY) ? "it is a batch, send one object a frame"
						: "it is no object";
			}
		}
		catch (JacksonException ex) {
			this.unreadable = JsonBytes.flaw(ex);
			noteBroken(parser.streamReadContext());
			return;
		}
		if (this.noObject == null && !endsHere(parser)) {
			this.noObject = "more stands behind its end, send one object a frame";
		}
	}

	/**
	 * Notes the member whose value cannot be read, since a parser may read ahead and fail
	 * before it tells of the name.
	 */
	private void noteBroken(TokenStreamContext context) {
		Member member = (context.inObject() && context.getNestingDepth() == 1) ? Member.of(context.currentName())
				: null;
		this.seen |= (member != null) ? member.bit() : 0;
	}

	private static boolean endsHere(JsonParser parser) {
		try {
			return parser.nextToken() == null;
		}
		catch (JacksonException ex) {
			return false;
		}
	}

	private void readMembers(JsonParser parser) {
		for (String name = parser.nextName(); name != null; name = parser.nextName()) {
			Member member = Member.of(name);
			if (member == null) {
				this.unknownMembers++;
				parser.nextToken();
				parser.skipChildren();
				continue;
			}
			if (has(member)) {
				this.twice = name;
			}
			this.seen |= member.bit();
			readMember(member, parser);
		}
	}

	private void readMember(Member member, JsonParser parser) {
		JsonToken token = parser.nextToken();
		switch (member) {
			case JSONRPC -> this.isVersion2 = isVersion2(parser);
			case ID -> this.id = RpcId.of(parser, this.payload);
			case METHOD -> this.method = (token == JsonToken.VALUE_STRING) ? parser.getString() : null;
			case PARAMS -> this.params = readParams(token, parser);
			case RESULT -> {
				this.isResultNull = token == JsonToken.VALUE_NULL;
				this.result = readPart(token, parser);
			}
			case ERROR -> {
				this.isErrorNull = token == JsonToken.VALUE_NULL;
				this.error = readPart(token, parser);
			}
		}
		parser.skipChildren();
	}

	private static boolean isVersion2(JsonParser parser) {
		if (parser.currentToken() != JsonToken.VALUE_STRING || parser.getStringLength() != VERSION.length()) {
			return false;
		}
		char[] text = parser.getStringCharacters();
		int start = parser.getStringOffset();
		return text[start] == '2' && text[start + 1] == '.' && text[start + 2] == '0';
	}

	private @Nullable Part readParams(JsonToken token, JsonParser parser) {
		if (!token.isStructStart()) {
			return null;
		}
		int start = JsonBytes.tokenStart(parser);
		if (token == JsonToken.START_OBJECT && this.takesMeta) {
			this.meta = MetaReader.takeOut(parser, this.payload);
		}
		else {
			parser.skipChildren();
		}
		return new Part(start, JsonBytes.position(parser) - start);
	}

	private Part readPart(JsonToken token, JsonParser parser) {
		int start = JsonBytes.tokenStart(parser);
		// The parser skips strings when it goes on.
		if (token == JsonToken.VALUE_STRING) {
			return new Part(start, JsonBytes.stringEnd(this.payload, start) - start);
		}
		parser.skipChildren();
		return new Part(start, JsonBytes.position(parser) - start);
	}

	private boolean has(Member member) {
		return (this.seen & member.bit()) != 0;
	}

	/**
	 * The id, if there is one that is not in doubt.
	 */
	private @Nullable RpcId id() {
		return "id".equals(this.twice) ? null : this.id;
	}

	/**
	 * What is wrong with an envelope that can be read, {@code null} if nothing is.
	 */
	private @Nullable String fault() {
		if (this.noObject != null) {
			return this.noObject;
		}
		if (this.twice != null) {
			return "the member '" + this.twice + "' is there twice";
		}
		if (!this.isVersion2) {
			return "the member 'jsonrpc' must be \"2.0\"";
		}
		if (this.method == null) {
			return "the member 'method' must be a string";
		}
		if (has(Member.ID) && this.id == null) {
			return "the member 'id' must be a string or a number of at most " + RpcId.MAX_BYTES + " bytes";
		}
		if (has(Member.PARAMS) && this.params == null) {
			return "the member 'params' must be an object or an array";
		}
		if (this.result != null && !this.isResultNull || this.error != null && !this.isErrorNull) {
			return "it has a method, and a result or an error";
		}
		if (this.unknownMembers > MAX_UNKNOWN_MEMBERS) {
			return "it has " + this.unknownMembers + " members that are not JSON-RPC's, the limit is "
					+ MAX_UNKNOWN_MEMBERS;
		}
		return null;
	}

	private Answer answer() {
		String flaw = (this.unreadable != null) ? this.unreadable : this.noObject;
		if (flaw == null && this.twice != null) {
			flaw = "the member '" + this.twice + "' is there twice";
		}
		if (flaw != null) {
			return new Answer(id(), NOTHING, null, flaw);
		}
		if (this.result != null && this.error != null && this.isErrorNull) {
			return new Answer(id(), this.result, null, null);
		}
		if (this.result != null && this.error != null && this.isResultNull) {
			return new Answer(id(), null, this.error, null);
		}
		return new Answer(id(), this.result, this.error, null);
	}

	private enum Member {

		JSONRPC, ID, METHOD, PARAMS, RESULT, ERROR;

		static @Nullable Member of(@Nullable String name) {
			if (name == null) {
				return null;
			}
			return switch (name) {
				case "jsonrpc" -> JSONRPC;
				case "id" -> ID;
				case "method" -> METHOD;
				case "params" -> PARAMS;
				case "result" -> RESULT;
				case "error" -> ERROR;
				default -> null;
			};
		}

		int bit() {
			return 1 << ordinal();
		}

	}

}
