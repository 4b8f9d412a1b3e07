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

	private static final String TLS = "TLS";

	/** TLS begins with a handshake, or with an alert where it was refused. */
	private static final Map<String, String> PROTOCOLS = Map.ofEntries(Map.entry("\u0016\u0003", TLS),
			Map.entry("\u0015\u0003", TLS), Map.entry("GET ", "HTTP"), Map.entry("POST", "HTTP"),
			Map.entry("PUT ", "HTTP"), Map.entry("HEAD", "HTTP"), Map.entry("PRI ", "HTTP/2"),
			Map.entry("HTTP/", "HTTP"), Map.entry("SSH-", "SSH"), Map.entry("AMQP", "AMQP"), Map.entry("*", "Redis"));

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
			.map((entry) -> "; the peer seems to speak " + entry.getValue() + ", this duct is plain frames"
					+ (entry.getValue().equals(TLS) ? ": set ssl (ssl.bundle) on this side too, or on neither" : ""))
			.findFirst()
			.orElse("; is the peer a Ductworks program of the same version?");
		return "the peer sent " + HexFormat.ofDelimiter(" ").formatHex(bytes, start, start + shown)
				+ " where a frame begins with 54" + speaks;
	}

}
