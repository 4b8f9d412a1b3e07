package io.ductworks.message;

import io.ductworks.internal.connection.End;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs which children of a parent come and go: the first and the last, since a parent
 * without any does nothing, and all of them at {@code DEBUG}. What a child logs of its
 * parent is up to {@link Reconnector}. Thread-safe.
 */
final class Comings {

	private static final Logger logger = LoggerFactory.getLogger(MessageDuct.class);

	private final DuctScope scope;

	private final LiveConnections live;

	Comings(DuctScope scope, LiveConnections live) {
		this.scope = scope;
		this.live = live;
	}

	/**
	 * There is a connection more.
	 */
	void came(Link link) {
		if (this.scope.options().child()) {
			return;
		}
		int now = this.live.all().size();
		logger.debug("{}: connected; {} children are", link.subject(), now);
		if (now == 1) {
			logger.info("{} has a child", this.scope.subject());
		}
	}

	/**
	 * There is a connection less.
	 */
	void went(Link link, End end) {
		if (this.scope.options().child()) {
			return;
		}
		int now = this.live.all().size();
		logger.debug("{}: disconnected, {}: {}; {} children are left", link.subject(), end.reason().tag(), end.text(),
				now);
		if (now == 0 && !end.isLocal()) {
			logger.info("{} has no child any more: {}", this.scope.subject(), end.reason().tag());
		}
	}

}
