package io.ductworks.trials;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import io.ductworks.Caller;
import io.ductworks.DuctTimeoutException;
import io.ductworks.DuctworksException;
import io.ductworks.MessageProtocolException;
import io.ductworks.NotConnectedException;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.message.MessageDuct;

/**
 * Callers that share a duct and ask as fast as they can, but pause now and then. What
 * came is noted in an {@link AnswerBook}.
 */
final class AskingCrowd {

	/**
	 * The share of the requests behind which a caller pauses, so that nothing is asked.
	 */
	private static final double PAUSES = 0.002;

	private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

	private final MessageDuct duct;

	private final AnswerBook book;

	private final int requests;

	private final AtomicInteger next = new AtomicInteger();

	private final Map<String, LongAdder> failures = new ConcurrentHashMap<>();

	AskingCrowd(MessageDuct duct, AnswerBook book, int requests) {
		this.duct = duct;
		this.book = book;
		this.requests = requests;
	}

	/**
	 * Makes all requests.
	 * @param callers how many threads share them
	 */
	void ask(int callers, long seed, Duration timeout) throws Exception {
		List<Caller<Void>> all = new ArrayList<>();
		for (int i = 0; i < callers; i++) {
			int caller = i;
			all.add(Caller.running(() -> ask(caller, new Random(seed + caller))));
		}
		for (Caller<Void> caller : all) {
			caller.result(timeout);
		}
	}

	private void ask(int caller, Random random) {
		for (int number = this.next.getAndIncrement(); number < this.requests; number = this.next.getAndIncrement()) {
			try {
				String answer = this.duct.request(AnswerBook.payload(caller, number), String.class);
				this.book.came(caller, number, String.valueOf(answer));
			}
			catch (DuctworksException ex) {
				failed(number, ex);
			}
			if (random.nextDouble() < PAUSES) {
				LockSupport.parkNanos(random.nextLong(LONGEST_PAUSE_NANOS));
			}
		}
	}

	private void failed(int number, DuctworksException ex) {
		if (ex instanceof DuctTimeoutException timeout && !timeout.sent()) {
			this.book.unsent(number);
		}
		this.failures.computeIfAbsent(kind(ex), (kind) -> new LongAdder()).increment();
	}

	private static String kind(DuctworksException failure) {
		if (failure instanceof DuctTimeoutException timeout) {
			return timeout.sent() ? "time-outs of sent requests" : "time-outs of requests not sent";
		}
		if (failure instanceof RemoteDuctClosedException closed) {
			return closed.reason().tag();
		}
		if (failure instanceof MessageProtocolException protocol) {
			return protocol.reason().tag();
		}
		if (failure instanceof NotConnectedException) {
			return "without a connection";
		}
		throw failure;
	}

	/**
	 * The requests that failed, by their kind.
	 */
	Map<String, Long> failures() {
		return this.failures.entrySet()
			.stream()
			.collect(Collectors.toMap(Map.Entry::getKey, (entry) -> entry.getValue().sum(), Long::sum, TreeMap::new));
	}

}
