package io.ductworks.message;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The connections that one request may go out over: one, or all but those that have ended
 * before it was written. For one thread at a time.
 */
final class Candidates {

	private final @Nullable Link only;

	/** Made for the first that ended, which is rare. */
	private volatile List<Link> tried = List.of();

	private Candidates(@Nullable Link only) {
		this.only = only;
	}

	static Candidates all() {
		return new Candidates(null);
	}

	static Candidates only(Link link) {
		return new Candidates(link);
	}

	boolean include(Link link) {
		return (this.only == null || this.only == link) && !this.tried.contains(link) && link.takesRequests();
	}

	/**
	 * Whether every open connection is one.
	 */
	boolean areAll() {
		return this.only == null && this.tried.isEmpty();
	}

	/**
	 * The only one that there may be.
	 */
	@Nullable Link only() {
		return this.only;
	}

	/**
	 * Excludes a connection that has ended before the request was written.
	 */
	void tried(Link link) {
		List<Link> tried = new ArrayList<>(this.tried);
		tried.add(link);
		this.tried = tried;
	}

	boolean haveFailed() {
		return !this.tried.isEmpty();
	}

}
