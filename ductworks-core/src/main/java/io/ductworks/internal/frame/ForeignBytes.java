package io.ductworks.internal.frame;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/**
 * Bytes that came where a frame should have begun, and what the peer may have meant by
 * them.
 */
final class ForeignBytes {

	private static final int SHOWN_BYTES = 8;

	private static final Map<String, String> PROTOCOLS = Map.of("\u0016\u0003", "TLS", "GET ", "HTTP", "POST", "HTTP",
			"PUT ", "HTTP", "HEAD", "HTTP", "PRI ", "HTTP/2", "HTTP/", "HTTP", "SSH-", "SSH", "AMQP", "AMQP", "*",
			"Redis");

	private ForeignBytes() {
	}

	/**
	 * Says what the peer sent, and what it seems to speak.
	 * @param start where a frame should begin
	 * @param available how many bytes there are from there on
	 */
	static String describe(byte[] bytes, int start, int available) {
		int shown = Math.min(available, SHOWN_BYTES);
		String head = new String(bytes, start, shown, StandardCharsets.ISO_8859_1);
		String speaks = PROTOCOLS.entrySet()
			.stream()
			.filter((entry) -> head.startsWith(entry.getKey()) || entry.getKey().startsWith(head))
			.map((entry) -> "; the peer seems to speak " + entry.getValue() + ", this duct is plain frames")
			.findFirst()
			.orElse("; is the peer a Ductworks program of the same version?");
		return "the peer sent " + HexFormat.ofDelimiter(" ").formatHex(bytes, start, start + shown)
				+ " where a frame begins with 54" + speaks;
	}

}
