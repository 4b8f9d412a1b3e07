package io.ductworks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The other side's handler failed and answered a request with a problem as described by
 * RFC 9457. The connection stays, other requests are not affected.
 */
public final class RemoteHandlerException extends DuctworksException {

	private static final long serialVersionUID = 1L;

	/** By the numbers of HTTP. */
	private final int status;

	/** The short summary. */
	private final @Nullable String title;

	/** The explanation. */
	private final @Nullable String detail;

	/** By the numbers of JSON-RPC. */
	private final int code;

	/** What else the problem says. */
	private final transient Map<String, @Nullable Object> properties;

	/**
	 * Creates the exception of a protocol without codes.
	 * @param message which duct and what the other side said
	 * @param status the problem's status, by the numbers of HTTP, such as 500
	 * @param title the problem's short summary, or {@code null}
	 * @param detail the problem's explanation, or {@code null}
	 * @param properties the problem's further members
	 */
	public RemoteHandlerException(String message, int status, @Nullable String title, @Nullable String detail,
			Map<String, ? extends @Nullable Object> properties) {
		this(message, status, title, detail, properties, 0);
	}

	/**
	 * Creates the exception of an error with a code.
	 * @param message which duct and what the other side said
	 * @param status the problem's status, by the numbers of HTTP, such as 500
	 * @param title the problem's short summary, or {@code null}
	 * @param detail the problem's explanation, or {@code null}
	 * @param properties the problem's further members
	 * @param code the error's code, by the numbers of JSON-RPC, such as -32603; 0 for
	 * none
	 */
	public RemoteHandlerException(String message, int status, @Nullable String title, @Nullable String detail,
			Map<String, ? extends @Nullable Object> properties, int code) {
		super(message, null);
		this.code = code;
		this.status = status;
		this.title = title;
		this.detail = detail;
		this.properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
	}

	/**
	 * The problem's status, by the numbers of HTTP.
	 * @return such as 500 for a failed handler or 503 for one that is shutting down
	 */
	public int status() {
		return this.status;
	}

	/**
	 * The problem's short summary.
	 * @return the title, or {@code null} if the other side gave none
	 */
	public @Nullable String title() {
		return this.title;
	}

	/**
	 * The problem's explanation.
	 * @return the detail, or {@code null} if the other side gave none
	 */
	public @Nullable String detail() {
		return this.detail;
	}

	/**
	 * The error's code in JSON-RPC, as the other side gave it.
	 * @return such as -32601 for a method that nobody handles; 0 if the protocol has no
	 * codes, or the error had none
	 */
	public int code() {
		return this.code;
	}

	/**
	 * What else the problem says.
	 * @return the members beside status, title and detail, as the types that JSON has;
	 * unmodifiable
	 */
	public Map<String, @Nullable Object> properties() {
		return (this.properties != null) ? this.properties : Map.of();
	}

	/**
	 * Whether the other side refused the request without beginning it, such as one that
	 * is about to stop. The request can go to another process, or again to the next one,
	 * and nothing is done twice.
	 * @return whether it was refused; {@code false} if the handler has failed
	 */
	public boolean isRefused() {
		return DuctProblemException.UNAVAILABLE.equals(properties().get("type"));
	}

}
