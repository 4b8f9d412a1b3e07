package io.ductworks.benchmarks;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;

import io.ductworks.benchmarks.Scenario.Format;

/**
 * The messages of a scenario. The first byte, or the order's id, tells a question to the
 * answering side from what is only sent.
 */
final class Payloads {

	private static final byte DATA = 0;

	private static final byte QUESTION = 1;

	private static final int SHORT = 16;

	private static final String QUESTION_ID = "?";

	private static final Order ORDER = new Order("3f2a9c51-7d04", "Ada Lovelace",
			List.of(new Order.Item("nail-40", 250, new BigDecimal("0.04")),
					new Order.Item("hammer", 1, new BigDecimal("18.90")),
					new Order.Item("spirit-level", 2, new BigDecimal("12.50"))),
			new BigDecimal("53.90"));

	private Payloads() {
	}

	static Object data(Scenario scenario) {
		if (scenario.format() == Format.JSON) {
			return ORDER;
		}
		byte[] bytes = new byte[scenario.bytes()];
		for (int i = 1; i < bytes.length; i++) {
			bytes[i] = (byte) i;
		}
		bytes[0] = DATA;
		return bytes;
	}

	static Object question(Format format) {
		return number(format, 0);
	}

	static boolean isQuestion(Object message) {
		return (message instanceof Order order) ? order.id().equals(QUESTION_ID) : ((byte[]) message)[0] == QUESTION;
	}

	static Object number(Format format, long number) {
		if (format == Format.JSON) {
			return new Order(QUESTION_ID, "", List.of(), BigDecimal.valueOf(number));
		}
		return ByteBuffer.allocate(SHORT).put(QUESTION).putLong(number).array();
	}

	static long number(Object answer) {
		return (answer instanceof Order order) ? order.total().longValueExact()
				: ByteBuffer.wrap((byte[]) answer).getLong(1);
	}

	static Object vitals(Vitals vitals) {
		return ByteBuffer.allocate(5 * Long.BYTES)
			.put(QUESTION)
			.putLong(vitals.heap())
			.putLong(vitals.resident())
			.putLong(vitals.threads())
			.putLong(vitals.descriptors())
			.array();
	}

	static Vitals vitals(Object answer) {
		ByteBuffer buffer = ByteBuffer.wrap((byte[]) answer).position(1);
		return new Vitals(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
	}

}
