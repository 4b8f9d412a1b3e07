package io.ductworks.message;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import io.ductworks.internal.protocol.RpcId;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one connection that wait for a handler or are being handled. Requests are
 * handled at the same time, up to a limit. A call waits for the notifications before it,
 * and not for requests before it. Thread-safe.
 */
final class CallQueue {

	private final RpcOptions options;

	private final Deque<IncomingCall> waiting = new ArrayDeque<>(1);

	/**
	 * The requests that wait or run, by their ids; of two with the same the later one.
	 */
	private final Map<RpcId, IncomingCall> requests = new HashMap<>();

	private long waitingBytes;

	private int running;

	private boolean notificationRuns;

	private long lastNumber;

	CallQueue(RpcOptions options) {
		this.options = options;
	}

	/**
	 * Adds a call, if there is room.
	 * @return whether it waits now
	 */
	synchronized boolean offer(IncomingCall call) {
		// Those that may begin do not wait, though the thread to run them may be on its
		// way.
		int free = this.notificationRuns ? 0 : this.options.concurrency() - this.running;
		boolean full = this.waiting.size() - free >= this.options.maxWaiting()
				|| this.waitingBytes + call.bytes() > this.options.maxWaitingBytes();
		if (full && !this.waiting.isEmpty()) {
			return false;
		}
		call.number = ++this.lastNumber;
		this.waiting.addLast(call);
		this.waitingBytes += call.bytes();
		RpcId id = call.id();
		if (id != null) {
			this.requests.put(id, call);
		}
		return true;
	}

	/**
	 * Takes the next call that may begin, which counts as running from now on.
	 * @return the call, or {@code null} if none may
	 */
	synchronized @Nullable IncomingCall begin() {
		if (!mayBegin()) {
			return null;
		}
		IncomingCall next = this.waiting.removeFirst();
		begun(next);
		return next;
	}

	/**
	 * Whether a call may begin.
	 */
	synchronized boolean mayBegin() {
		return !this.waiting.isEmpty() && !this.notificationRuns && this.running < this.options.concurrency();
	}

	private void begun(IncomingCall call) {
		this.waitingBytes -= call.bytes();
		this.running++;
		this.notificationRuns = !call.isRequest();
	}

	/**
	 * Takes the first request, whatever runs and waits before it: it is not handled.
	 * @return the request, or {@code null} if none waits
	 */
	synchronized @Nullable IncomingCall takeRequest() {
		for (Iterator<IncomingCall> all = this.waiting.iterator(); all.hasNext();) {
			IncomingCall call = all.next();
			if (call.isRequest()) {
				all.remove();
				this.waitingBytes -= call.bytes();
				this.requests.remove(call.id(), call);
				return call;
			}
		}
		return null;
	}

	/**
	 * Puts a call that was to begin back to its place.
	 */
	synchronized void putBack(IncomingCall call) {
		this.running--;
		if (!call.isRequest()) {
			this.notificationRuns = false;
		}
		List<IncomingCall> later = new ArrayList<>();
		while (!this.waiting.isEmpty() && this.waiting.peekFirst().number < call.number) {
			later.add(this.waiting.removeFirst());
		}
		this.waiting.addFirst(call);
		for (int i = later.size() - 1; i >= 0; i--) {
			this.waiting.addFirst(later.get(i));
		}
		this.waitingBytes += call.bytes();
	}

	/**
	 * Notes that a call is over, be it that its answer was given or that nobody waits for
	 * it.
	 */
	synchronized void end(IncomingCall call) {
		this.running--;
		RpcId id = call.id();
		if (id == null) {
			this.notificationRuns = false;
		}
		else {
			this.requests.remove(id, call);
		}
	}

	/**
	 * Takes a request that waits: it is not handled.
	 * @return whether it has waited
	 */
	synchronized boolean take(IncomingCall request) {
		if (!this.waiting.remove(request)) {
			return false;
		}
		this.waitingBytes -= request.bytes();
		this.requests.remove(request.id(), request);
		return true;
	}

	/**
	 * The request with an id that waits or runs.
	 */
	synchronized @Nullable IncomingCall find(RpcId id) {
		return this.requests.get(id);
	}

	/**
	 * Drops the calls that wait.
	 * @return how many there were
	 */
	synchronized int clear() {
		int dropped = this.waiting.size();
		this.waiting.forEach((call) -> {
			if (call.id() != null) {
				this.requests.remove(call.id(), call);
			}
		});
		this.waiting.clear();
		this.waitingBytes = 0;
		return dropped;
	}

	synchronized boolean isIdle() {
		return this.running == 0 && this.waiting.isEmpty();
	}

	synchronized boolean isWaiting() {
		return !this.waiting.isEmpty();
	}

}
