package io.ductworks.message;

import io.ductworks.internal.loop.SparingLog;
import org.slf4j.LoggerFactory;

/**
 * What all connections of a parent or child need to send and to receive: its settings,
 * its payloads, its totals, its log and its use.
 *
 * @param options the settings
 * @param payloads encodes and decodes
 * @param lock the user's lock
 * @param statistics the totals
 * @param log for what peers do
 * @param traffic what it is used for
 * @param outgoing the observers of what it sends
 */
record DuctScope(DuctOptions options, Payloads payloads, UserLock lock, DuctStatistics statistics, SparingLog log,
		TrafficGuard traffic, OutgoingObservers outgoing) {

	static DuctScope of(DuctOptions options) {
		String subject = options.subject();
		SparingLog log = new SparingLog(LoggerFactory.getLogger(MessageDuct.class));
		return new DuctScope(options, new Payloads(subject, options.codec(), options.maxFrameSize()),
				new UserLock(subject, options.lock()), new DuctStatistics(), log,
				new TrafficGuard(subject, options.mixedTraffic() || options.isRpc()),
				new OutgoingObservers(options, log));
	}

	/**
	 * Requires that messages have a method, as with JSON-RPC, or none.
	 * @param what the caller wants
	 * @param wanted whether it is done with a method
	 */
	void requireMethods(String what, boolean wanted) {
		if (this.options.isRpc() != wanted) {
			throw new IllegalStateException(subject() + (wanted
					? ": " + what + " with a method needs protocol json-rpc, on both sides; this duct is bare: "
							+ "leave the method out"
					: ": " + what + " without a method is for bare ducts; this one speaks json-rpc: "
							+ (what.equals("recv") || what.equals("poll") ? "take its messages with a handler"
									: "give the method to call")));
		}
	}

	/**
	 * What messages and log lines call the duct.
	 */
	String subject() {
		return this.options.subject();
	}

	long sendTimeoutNanos() {
		return this.options.sendTimeout().toNanos();
	}

	long receiveDeadline() {
		return System.nanoTime() + this.options.receiveTimeout().toNanos();
	}

	long closeDeadline() {
		return System.nanoTime() + this.options.closeTimeout().toNanos();
	}

}
