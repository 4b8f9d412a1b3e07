package io.ductworks.trials;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Who asked what, and which frame of the peer came for it. Answers bear no mark, so all
 * that a duct can do is to give the n-th frame of a connection to its n-th request: any
 * wrong answer has to be the peer's own doing. Thread-safe.
 */
final class AnswerBook {

	private final boolean pipelining;

	/** For each request the place at which the peer took it, 0 if it did not. */
	private final AtomicLongArray places;

	/** Requests that the peer took more than once. */
	private final AtomicInteger repeated = new AtomicInteger();

	private final AtomicInteger right = new AtomicInteger();

	private final Queue<Wrong> wrong = new ConcurrentLinkedQueue<>();

	private final Set<Integer> unsent = ConcurrentHashMap.newKeySet();

	/** The places from which on the answers of a connection are shifted. */
	private final ConcurrentSkipListSet<Long> surplus = new ConcurrentSkipListSet<>();

	private final ConcurrentSkipListSet<Long> omitted = new ConcurrentSkipListSet<>();

	/** What a frame of the peer is. */
	enum Sort {

		/** An answer at its turn. */
		ANSWER,

		/**
		 * An answer that the peer sends for the second time, or that nobody asked for.
		 */
		SURPLUS,

		/** An answer that the peer sends before or after its turn. */
		SWAPPED

	}

	/** What a wrong answer is. */
	enum Verdict {

		/** The peer sent what is no answer where one was due. */
		SURPLUS,

		/** It is another's answer, since the peer had sent something surplus before. */
		SHIFTED,

		/** The peer did not keep the order of its answers. */
		SWAPPED,

		/** There is no excuse. */
		OTHER

	}

	/**
	 * A frame of the peer.
	 *
	 * @param payload what it answers
	 * @param connection the number of the connection
	 * @param index its number on the connection, from 1 on
	 * @param sort what it is
	 */
	record Frame(String payload, int connection, int index, Sort sort) {

		static Frame parse(String text) {
			String[] parts = text.split("@|/");
			return new Frame(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), Sort.valueOf(parts[3]));
		}

		long place() {
			return AnswerBook.place(this.connection, this.index);
		}

		@Override
		public String toString() {
			return this.payload + "@" + this.connection + "/" + this.index + "/" + this.sort;
		}

	}

	/**
	 * A frame that came for a request, and is not its answer.
	 *
	 * @param number the number of the request
	 * @param frame the frame
	 */
	record Wrong(int number, Frame frame) {
	}

	/**
	 * Creates a book.
	 * @param requests how many requests there will be
	 * @param pipelining whether an answer that is left out shifts others too
	 */
	AnswerBook(int requests, boolean pipelining) {
		this.places = new AtomicLongArray(requests);
		this.pipelining = pipelining;
	}

	private static long place(int connection, int index) {
		return ((long) connection << 32) + index;
	}

	/**
	 * The payload of a request.
	 */
	static String payload(int caller, int number) {
		return caller + ":" + number;
	}

	private static int number(String payload) {
		return Integer.parseInt(payload.substring(payload.indexOf(':') + 1));
	}

	// What the peer notes

	/**
	 * Notes that a request was taken.
	 * @param index its number on the connection, from 1 on
	 */
	void taken(String payload, int connection, int index) {
		if (!this.places.compareAndSet(number(payload), 0, place(connection, index))) {
			this.repeated.incrementAndGet();
		}
	}

	/**
	 * Notes that a frame is about to be written that answers nothing.
	 */
	void surplus(int connection, int index) {
		this.surplus.add(place(connection, index));
	}

	/**
	 * Notes that an answer is left out, whose frame would have been the one with this
	 * index.
	 */
	void omitted(int connection, int index) {
		this.omitted.add(place(connection, index));
	}

	// What callers note

	/**
	 * Notes what came for a request.
	 */
	void came(int caller, int number, String answer) {
		Frame frame = Frame.parse(answer);
		if (frame.payload().equals(payload(caller, number))) {
			this.right.incrementAndGet();
		}
		else {
			this.wrong.add(new Wrong(number, frame));
		}
	}

	/**
	 * Notes that a request failed of which the duct says that it was not sent.
	 */
	void unsent(int number) {
		this.unsent.add(number);
	}

	// What came of it, once all is over

	int right() {
		return this.right.get();
	}

	/**
	 * Requests that went out more than once.
	 */
	int repeated() {
		return this.repeated.get();
	}

	/**
	 * Requests that the peer took though the duct says that they were not sent.
	 */
	List<Integer> sentAllTheSame() {
		return this.unsent.stream().filter((number) -> this.places.get(number) != 0).toList();
	}

	/**
	 * The wrong answers of each kind.
	 */
	Map<Verdict, List<Wrong>> verdicts() {
		Map<Verdict, List<Wrong>> verdicts = new EnumMap<>(Verdict.class);
		for (Verdict verdict : Verdict.values()) {
			verdicts.put(verdict, new ArrayList<>());
		}
		this.wrong.forEach((one) -> verdicts.get(judge(one)).add(one));
		return verdicts;
	}

	private Verdict judge(Wrong wrong) {
		Frame frame = wrong.frame();
		long place = this.places.get(wrong.number());
		// A request may have gone out that the peer did not live to take.
		if (place != 0 && place != frame.place()) {
			return Verdict.OTHER;
		}
		return switch (frame.sort()) {
			case SURPLUS -> Verdict.SURPLUS;
			case SWAPPED -> Verdict.SWAPPED;
			case ANSWER -> isShifted(frame) ? Verdict.SHIFTED : Verdict.OTHER;
		};
	}

	private boolean isShifted(Frame frame) {
		boolean ofEarlierRequest = this.places.get(number(frame.payload())) < frame.place();
		return ofEarlierRequest && hasBefore(this.surplus, frame)
				|| this.pipelining && !ofEarlierRequest && hasBefore(this.omitted, frame);
	}

	private static boolean hasBefore(ConcurrentSkipListSet<Long> places, Frame frame) {
		Long last = places.floor(frame.place());
		return last != null && last >= place(frame.connection(), 0);
	}

	/**
	 * How many frames that followed one another were shifted.
	 */
	static int longestRun(List<Wrong> shifted) {
		int longest = 0;
		int run = 0;
		long last = 0;
		for (long place : shifted.stream()
			.map((one) -> one.frame().place())
			.sorted(Comparator.naturalOrder())
			.toList()) {
			run = (place == last + 1) ? run + 1 : 1;
			longest = Math.max(longest, run);
			last = place;
		}
		return longest;
	}

}
