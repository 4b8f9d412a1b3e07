package io.ductworks.benchmarks;

import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * The payload bytes of a message, for contenders that send bytes only.
 */
public final class PayloadCodec {

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	private static final ObjectWriter WRITER = MAPPER.writerFor(Order.class);

	private static final ObjectReader READER = MAPPER.readerFor(Order.class);

	private final boolean json;

	private PayloadCodec(boolean json) {
		this.json = json;
	}

	/**
	 * Returns what a scenario needs.
	 * @param format what its messages are
	 * @return maps orders, leaves bytes as they are
	 */
	public static PayloadCodec of(Scenario.Format format) {
		return new PayloadCodec(format == Scenario.Format.JSON);
	}

	/**
	 * Gives a message's bytes.
	 * @param message a {@code byte[]} or an {@link Order}
	 * @return its bytes: the same array if it is one already
	 */
	public byte[] write(Object message) {
		return this.json ? WRITER.writeValueAsBytes(message) : (byte[]) message;
	}

	/**
	 * Gives the message that bytes stand for.
	 * @param payload the bytes, which do not change any more
	 * @return a {@code byte[]} or an {@link Order}
	 */
	public Object read(byte[] payload) {
		return this.json ? READER.readValue(payload) : payload;
	}

}
