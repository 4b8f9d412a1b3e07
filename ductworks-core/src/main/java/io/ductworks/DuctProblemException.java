package io.ductworks;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What a handler throws to say what the requester is told: a problem as described by RFC
 * 9457. The requester gets a {@link RemoteHandlerException} with the same status, title,
 * detail and properties. It is no failure of the duct, and so no
 * {@link DuctworksException}. Immutable.
 */
public class DuctProblemException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** The {@code type} of a request that was not begun. */
	static final String UNAVAILABLE = "ductworks:unavailable";

	private static final Set<String> OWN_MEMBERS = Set.of("status", "title", "detail");

	/** By the numbers of HTTP. */
	private final int status;

	/** The short summary. */
	private final String title;

	/** The explanation. */
	private final @Nullable String detail;

	/** What else the problem says. */
	private final transient Map<String, @Nullable Object> properties;

	/**
	 * Creates a problem without an explanation.
	 * @param status the kind of failure, by the numbers of HTTP, such as 409
	 * @param title a short summary
	 * @throws IllegalArgumentException if the status is not from 400 to 599
	 */
	public DuctProblemException(int status, String title) {
		this(status, title, null, Map.of());
	}

	/**
	 * Creates a problem.
	 * @param status the kind of failure, by the numbers of HTTP, such as 409
	 * @param title a short summary
	 * @param detail an explanation, or {@code null}
	 * @throws IllegalArgumentException if the status is not from 400 to 599
	 */
	public DuctProblemException(int status, String title, @Nullable String detail) {
		this(status, title, detail, Map.of());
	}

	/**
	 * Creates a problem with members of its own.
	 * @param status the kind of failure, by the numbers of HTTP, such as 409
	 * @param title a short summary
	 * @param detail an explanation, or {@code null}
	 * @param properties further members, of types that JSON has
	 * @throws IllegalArgumentException if one of them is named {@code status},
	 * {@code title} or {@code detail}, or the status is no failure
	 */
	public DuctProblemException(int status, String title, @Nullable String detail,
			Map<String, ? extends @Nullable Object> properties) {
		super(requireFailure(status) + " " + title + ((detail != null) ? ": " + detail : ""));
		for (String name : properties.keySet()) {
			if (OWN_MEMBERS.contains(name)) {
				throw new IllegalArgumentException(
						"A problem has a member '" + name + "' of its own; choose another name");
			}
		}
		this.status = status;
		this.title = title;
		this.detail = detail;
		this.properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
	}

	/**
	 * Makes the problem of a request that this process does not take, and another one
	 * may: status 503, for which {@link RemoteHandlerException#isRefused()} is true. For
	 * a handler that has not begun to do what was asked.
	 * @param detail why it is not taken
	 * @return the problem
	 */
	public static DuctProblemException unavailable(String detail) {
		return new DuctProblemException(503, "Not available", detail, Map.of("type", UNAVAILABLE));
	}

	private static int requireFailure(int status) {
		if (status < 400 || status > 599) {
			throw new IllegalArgumentException(
					"The status of a problem is " + status + "; those of failures are from 400 to 599");
		}
		return status;
	}

	/**
	 * The kind of failure.
	 * @return the status, by the numbers of HTTP
	 */
	public int status() {
		return this.status;
	}

	/**
	 * The short summary.
	 * @return the title
	 */
	public String title() {
		return this.title;
	}

	/**
	 * The explanation.
	 * @return the detail, or {@code null}
	 */
	public @Nullable String detail() {
		return this.detail;
	}

	/**
	 * What else the problem says.
	 * @return the further members, unmodifiable
	 */
	public Map<String, @Nullable Object> properties() {
		return (this.properties != null) ? this.properties : Map.of();
	}

}
