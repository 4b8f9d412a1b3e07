package io.ductworks.trials;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Collectors;

/**
 * What a {@link RandomPeer} does to answers, how often, and how often it did.
 * Thread-safe.
 */
final class Mischief {

	private final Map<Deed, Double> rates;

	private final AtomicLongArray counts = new AtomicLongArray(Deed.values().length);

	/** What is done to one answer. */
	enum Deed {

		/** It comes as it should. */
		ANSWER("answered"),

		/** It never comes. */
		OMIT("left out"),

		/** It comes twice, in one write. */
		DOUBLE("doubled in one write"),

		/** It comes again a moment later. */
		DOUBLE_LATER("doubled later"),

		/** It comes late, maybe too late. */
		DELAY("delayed"),

		/** News come in the same write, behind it. */
		NEWS_BEHIND("news behind it in one write"),

		/** News come in the same write, before it. */
		NEWS_BEFORE("news before it in one write"),

		/** News come while it is due, and it a moment later. */
		NEWS_MEANWHILE("news while it was due"),

		/** News come a moment after it, when maybe nothing is asked. */
		NEWS_LATER("news a moment after it"),

		/** The next one comes before it, if that was asked for already. */
		SWAP("swapped with the next");

		private final String text;

		Deed(String text) {
			this.text = text;
		}

	}

	/**
	 * Creates what goes wrong.
	 * @param rates the share of the answers to which each is done; to the others nothing
	 */
	Mischief(Map<Deed, Double> rates) {
		this.rates = Map.copyOf(rates);
	}

	/**
	 * Draws what is done to the next answer.
	 */
	Deed next(Random random) {
		double drawn = random.nextDouble();
		for (Deed deed : Deed.values()) {
			drawn -= this.rates.getOrDefault(deed, 0.0);
			if (drawn < 0) {
				return deed;
			}
		}
		return Deed.ANSWER;
	}

	/**
	 * Notes that something was done.
	 */
	void did(Deed deed) {
		this.counts.incrementAndGet(deed.ordinal());
	}

	long count(Deed deed) {
		return this.counts.get(deed.ordinal());
	}

	@Override
	public String toString() {
		return Arrays.stream(Deed.values())
			.filter((deed) -> count(deed) > 0)
			.map((deed) -> count(deed) + " " + deed.text)
			.collect(Collectors.joining(", "));
	}

}
