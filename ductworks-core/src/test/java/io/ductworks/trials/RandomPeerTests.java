package io.ductworks.trials;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import io.ductworks.NothingLeftBehind;
import io.ductworks.message.Accept;
import io.ductworks.message.Certificates;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.trials.AnswerBook.Verdict;
import io.ductworks.trials.Mischief.Deed;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link AnswerTrials} try at length, in a few seconds: a peer that errs often.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(120)
class RandomPeerTests {

	private static final long SEED = 1;

	private static final int REQUESTS = 2000;

	private static final int CALLERS = 4;

	private static final int CHILDREN = 3;

	private static final Map<Deed, Double> ONE_AT_A_TIME = Map.of(Deed.OMIT, 0.001, Deed.DOUBLE, 0.005,
			Deed.DOUBLE_LATER, 0.005, Deed.DELAY, 0.002, Deed.NEWS_BEHIND, 0.005, Deed.NEWS_BEFORE, 0.005,
			Deed.NEWS_MEANWHILE, 0.005, Deed.NEWS_LATER, 0.005);

	private static final Map<Deed, Double> PIPELINED = Map.of(Deed.DOUBLE, 0.005, Deed.DOUBLE_LATER, 0.005, Deed.DELAY,
			0.002, Deed.NEWS_BEHIND, 0.005, Deed.SWAP, 0.005);

	@TempDir
	private static Path certified;

	private static Certificates certificates;

	@TempDir
	private Path directory;

	@BeforeAll
	static void certify() {
		certificates = Certificates.in(certified).with("parent").with("child");
	}

	private AskedTransport over(String transport) {
		return new AskedTransport(transport, this.directory, certificates);
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "tls" })
	void w19AnswersOfChildWhenPeerIsRandomThenNoneGoesWrongButByItsDoing(String transport) throws Exception {
		AnswerBook book = new AnswerBook(REQUESTS, false);
		AskedTransport over = over(transport);
		try (RandomPeer peer = over.listening(new Mischief(ONE_AT_A_TIME), book, SEED);
				MessageDuctChild child = over.child(peer.address()).build()) {
			child.connect();
			ask(child, book);
		}
		assertHeld(book);
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "tls" })
	void w19AnswersOfChildWhenTheyArePipelinedThenNoneGoesWrongButByThePeersDoing(String transport) throws Exception {
		AnswerBook book = new AnswerBook(REQUESTS, true);
		AskedTransport over = over(transport);
		try (RandomPeer peer = over.listening(new Mischief(PIPELINED), book, SEED);
				MessageDuctChild child = over.child(peer.address()).pipelining(true).build()) {
			child.connect();
			ask(child, book);
		}
		assertHeld(book);
	}

	@ParameterizedTest
	@ValueSource(strings = { "unix", "tcp", "tls" })
	void w19AnswersOfParentWhenItsChildrenAreRandomThenNoneGoesWrongButByTheirDoing(String transport) throws Exception {
		AnswerBook book = new AnswerBook(REQUESTS, false);
		AskedTransport over = over(transport);
		try (MessageDuctParent parent = over.settings("parent", MessageDuctParent.builder().address(over.address()))
			.accept(Accept.MANY)
			.acceptsPerSecond(1_000_000)
			.build()) {
			parent.bind();
			try (RandomPeer peer = RandomPeer.connecting(parent.listenerAddress(), over.tls("child"), CHILDREN,
					new Mischief(ONE_AT_A_TIME), book, SEED)) {
				ask(parent, book);
			}
		}
		assertHeld(book);
	}

	private static void ask(MessageDuct duct, AnswerBook book) throws Exception {
		new AskingCrowd(duct, book, REQUESTS).ask(CALLERS, SEED, Duration.ofSeconds(60));
	}

	private static void assertHeld(AnswerBook book) {
		assertThat(book.verdicts().get(Verdict.OTHER)).isEmpty();
		assertThat(book.repeated()).as("requests that went out twice").isZero();
		assertThat(book.sentAllTheSame()).as("requests that went out though they were said not to").isEmpty();
		assertThat(book.right()).as("right answers").isGreaterThan(REQUESTS / 10);
	}

}
