package io.ductworks.message;

import java.lang.reflect.Type;

import io.ductworks.MessageCodecException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.internal.loop.LogText;
import org.jspecify.annotations.Nullable;

/**
 * A message that was handed to a {@link DuctHandler}. Immutable and thread-safe; it may
 * be kept after the handler returned.
 */
public final class DuctMessage {

	private final Connection connection;

	private final byte[] payload;

	DuctMessage(Connection connection, byte[] payload) {
		this.connection = connection;
		this.payload = payload;
	}

	/**
	 * Decodes the message. Each call decodes anew.
	 * @param <T> the wanted type
	 * @param type the wanted type, {@code Object.class} for what is natural for the
	 * payload
	 * @return the message; {@code null} is a message too
	 * @throws MessageCodecException if the payload is no message of that type
	 */
	public <T> @Nullable T as(Class<T> type) {
		return as((Type) type);
	}

	/**
	 * Decodes the message to a type that may be generic.
	 * @param <T> the wanted type
	 * @param type the wanted type
	 * @return the message; {@code null} is a message too
	 * @throws MessageCodecException if the payload is no message of that type
	 */
	public <T> @Nullable T as(Type type) {
		return this.connection.endpoint().decode(this.payload, 0, this.payload.length, type);
	}

	/**
	 * The length of the payload.
	 * @return the number of bytes
	 */
	public int size() {
		return this.payload.length;
	}

	/**
	 * Whether the message is itself the other side's report of a failure, as
	 * {@link #replyWithError} sends it. Such a message is not to be answered: two sides
	 * that answer each other's failures never stop.
	 * @return the failure, or {@code null} if the message is none
	 */
	public @Nullable RemoteHandlerException error() {
		return ErrorReply.decode(this.connection, this.payload);
	}

	/**
	 * Tells a requester that its request failed: it gets a
	 * {@link io.ductworks.RemoteHandlerException}. On the wire this is
	 * {@code {"ductworks:error": …}} with a problem of RFC 9457, whatever the codec.
	 * @param status the kind of failure, by the numbers of HTTP, such as 500
	 * @param title a short summary
	 * @param detail an explanation, or {@code null}; if the answer would be larger than
	 * the duct's maximal frame size, it goes without, and with a title that is cut
	 * @throws io.ductworks.DuctworksException as for {@link MessageDuct#send}
	 */
	public void replyWithError(int status, String title, @Nullable String detail) {
		Endpoint endpoint = this.connection.endpoint();
		byte[] reply = ErrorReply.encode(status, title, detail);
		if (reply.length > endpoint.options().maxFrameSize()) {
			reply = ErrorReply.encode(status, LogText.shown(title), null);
		}
		endpoint.requireFits(reply.length);
		this.connection.outbound().send(reply, reply.length, endpoint.sendTimeoutNanos());
	}

}
