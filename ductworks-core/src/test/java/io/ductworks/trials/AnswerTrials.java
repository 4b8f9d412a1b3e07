package io.ductworks.trials;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.ductworks.CloseReason;
import io.ductworks.message.Certificates;
import io.ductworks.message.DuctStatistics;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.trials.AnswerBook.Verdict;
import io.ductworks.trials.AnswerBook.Wrong;
import io.ductworks.trials.Mischief.Deed;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A million requests to a peer that leaves answers out, doubles and delays them, and
 * sends what nobody asked for: which answers go wrong, and by whose doing.
 */
@Tag("trials")
@Timeout(900)
class AnswerTrials {

	/** In all; a third as many again are pipelined. */
	private static final int REQUESTS = Integer.getInteger("trials.requests", 1_000_000);

	private static final int TRIALS = 9;

	private static final long SEED = Long.getLong("trials.seed", 1);

	private static final Map<Deed, Double> ONE_AT_A_TIME = Map.of(Deed.OMIT, 0.0005, Deed.DOUBLE, 0.0005,
			Deed.DOUBLE_LATER, 0.0005, Deed.DELAY, 0.0005, Deed.NEWS_BEHIND, 0.0002, Deed.NEWS_BEFORE, 0.0002,
			Deed.NEWS_MEANWHILE, 0.0002, Deed.NEWS_LATER, 0.0002);

	private static final Map<Deed, Double> PIPELINED = Map.of(Deed.DOUBLE, 0.0005, Deed.DOUBLE_LATER, 0.0005,
			Deed.DELAY, 0.0005, Deed.NEWS_BEHIND, 0.0005, Deed.SWAP, 0.0005);

	@TempDir
	private static Path certified;

	private static Certificates certificates;

	@TempDir
	private Path directory;

	@BeforeAll
	static void certify() {
		certificates = Certificates.in(certified).with("parent").with("child");
	}

	@ParameterizedTest
	@CsvSource({ "unix,1", "unix,3", "unix,64", "tcp,1", "tcp,3", "tcp,64", "tls,1", "tls,3", "tls,64" })
	void w19AnswersWhenPeerIsRandomThenNoneGoesWrongButByItsDoing(String transport, int callers) throws Exception {
		ask(transport, callers, false, ONE_AT_A_TIME);
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "tls" })
	void w19AnswersWhenTheyArePipelinedThenNoneGoesWrongButByThePeersDoing(String transport) throws Exception {
		ask(transport, 64, true, PIPELINED);
	}

	private void ask(String transport, int callers, boolean pipelining, Map<Deed, Double> rates) throws Exception {
		int requests = REQUESTS / TRIALS;
		Mischief mischief = new Mischief(rates);
		AnswerBook book = new AnswerBook(requests, pipelining);
		AskedTransport over = new AskedTransport(transport, this.directory, certificates);
		AskingCrowd crowd;
		DuctStatistics statistics;
		long started = System.nanoTime();
		try (RandomPeer peer = over.listening(mischief, book, SEED);
				MessageDuctChild child = over.child(peer.address()).pipelining(pipelining).build()) {
			child.connect();
			statistics = child.statistics();
			crowd = new AskingCrowd(child, book, requests);
			crowd.ask(callers, SEED, Duration.ofMinutes(10));
		}
		long nanos = System.nanoTime() - started;
		Map<Verdict, List<Wrong>> wrong = book.verdicts();
		TrialFigures.note("W19", transport,
				requests + " requests, " + callers + " callers" + (pipelining ? ", pipelined" : ""),
				book.right() + " right answers; wrong ones: " + wrong.get(Verdict.SURPLUS).size()
						+ " surplus where one was due, " + wrong.get(Verdict.SHIFTED).size()
						+ " shifted by a surplus (at most " + AnswerBook.longestRun(wrong.get(Verdict.SHIFTED))
						+ " in a row), " + wrong.get(Verdict.SWAPPED).size() + " swapped by the peer, "
						+ wrong.get(Verdict.OTHER).size() + " others; failed: " + crowd.failures()
						+ "; connections ended: " + ended(statistics) + "; the peer's doing: " + mischief + "; "
						+ requests * 1_000_000_000L / nanos + " requests a second");
		assertThat(wrong.get(Verdict.OTHER)).isEmpty();
		assertThat(book.repeated()).as("requests that went out twice").isZero();
		assertThat(book.sentAllTheSame()).as("requests that went out though they were said not to").isEmpty();
	}

	private static Map<String, Long> ended(DuctStatistics statistics) {
		return Arrays.stream(CloseReason.values())
			.filter((reason) -> statistics.connectionsClosed(reason) > 0)
			.collect(Collectors.toMap(CloseReason::tag, statistics::connectionsClosed));
	}

}
