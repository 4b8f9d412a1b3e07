package io.ductworks.internal.connection;

import java.io.EOFException;
import java.io.IOException;
import java.util.stream.Stream;

import javax.net.ssl.SSLHandshakeException;

import io.ductworks.CloseReason;
import io.ductworks.DuctworksException;
import io.ductworks.MessageProtocolException;
import io.ductworks.NotConnectedException;
import io.ductworks.RemoteDuctClosedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which exception tells of which end.
 */
class EndTests {

	private static DuctworksException exception(CloseReason reason) {
		return new End(reason, "it happened", null).exception("Duct 'orders', connection 1");
	}

	@ParameterizedTest
	@EnumSource(names = { "BAD_MAGIC", "FRAME_TOO_LARGE", "FRAME_TIMEOUT", "UNMATCHED" })
	void exceptionWhenThePeerSentWhatIsNoFrameThenProtocolExceptionWithItsReason(CloseReason reason) {
		assertThat(exception(reason)).isInstanceOfSatisfying(MessageProtocolException.class,
				(ex) -> assertThat(ex.reason()).isEqualTo(reason));
	}

	@Test
	void exceptionWhenClosedByThisSideThenNotConnectedWithItsReason() {
		assertThat(exception(CloseReason.LOCAL_SHUTDOWN)).isInstanceOfSatisfying(NotConnectedException.class,
				(ex) -> assertThat(ex.reason()).isEqualTo(CloseReason.LOCAL_SHUTDOWN));
	}

	@ParameterizedTest
	@EnumSource(mode = Mode.EXCLUDE,
			names = { "BAD_MAGIC", "FRAME_TOO_LARGE", "FRAME_TIMEOUT", "UNMATCHED", "LOCAL_SHUTDOWN" })
	void exceptionWhenEndedForAnyOtherReasonThenRemoteClosedWithItsReason(CloseReason reason) {
		assertThat(exception(reason)).isInstanceOfSatisfying(RemoteDuctClosedException.class,
				(ex) -> assertThat(ex.reason()).isEqualTo(reason));
	}

	@ParameterizedTest
	@EnumSource
	void exceptionWhenMadeThenSaysWhoAndWhat(CloseReason reason) {
		assertThat(exception(reason)).hasMessage("Duct 'orders', connection 1: it happened");
	}

	@ParameterizedTest
	@EnumSource
	void exceptionWhenThereIsAFailureUnderneathThenItIsTheCause(CloseReason reason) {
		IOException cause = new IOException("no more");

		assertThat(new End(reason, "it happened", cause).exception("Duct 'orders'")).hasCause(cause);
	}

	@Test
	void exceptionWhenAskedForTwiceThenEachCallerHasItsOwn() {
		End end = End.ofStream(null);

		assertThat(end.exception("a")).isNotSameAs(end.exception("a"));
	}

	@Test
	void ofStreamWhenThePeerClosedBetweenTwoMessagesThenCleanWithAnEndOfFileAsCause() {
		End end = End.ofStream(null);

		assertThat(end.reason()).isEqualTo(CloseReason.PEER_CLOSED);
		assertThat(end.isFault()).isFalse();
		assertThat(end.exception("Duct 'orders'")).isInstanceOf(RemoteDuctClosedException.class)
			.hasCauseInstanceOf(EOFException.class);
	}

	@Test
	void ofStreamWhenThePeerClosedInsideAMessageThenTruncatedAndSaysHowMuchCame() {
		End end = End.ofStream("3 of 10 bytes");

		assertThat(end.reason()).isEqualTo(CloseReason.TRUNCATED);
		assertThat(end.isFault()).isTrue();
		assertThat(end.text()).contains("3 of 10 bytes");
		assertThat(end.exception("Duct 'orders'")).hasCauseInstanceOf(EOFException.class);
	}

	private static Stream<Object[]> failures() {
		return Stream.of(new Object[] { new EOFException("no close_notify"), CloseReason.TRUNCATED },
				new Object[] { new SSLHandshakeException("bad certificate"), CloseReason.TLS_FAILED },
				new Object[] { new IOException("Connection reset"), CloseReason.PEER_RESET });
	}

	@ParameterizedTest
	@MethodSource("failures")
	void ofWhenReadingFailsThenTheReasonIsThatOfTheFailure(IOException failure, CloseReason reason) {
		End end = End.of(failure);

		assertThat(end.reason()).isEqualTo(reason);
		assertThat(end.cause()).isSameAs(failure);
		assertThat(end.text()).contains(failure.getMessage());
	}

	@Test
	void brokenWhenThereIsNoFailureThenSaysNoMoreThanThat() {
		assertThat(End.broken(null).text()).isEqualTo("the connection broke");
		assertThat(End.broken(new IOException("Broken pipe")).text()).isEqualTo("the connection broke: Broken pipe");
	}

	@ParameterizedTest
	@EnumSource
	void isFaultWhenNeitherSideHasJustClosedThenTrue(CloseReason reason) {
		assertThat(new End(reason, "it happened", null).isFault())
			.isEqualTo(reason != CloseReason.PEER_CLOSED && reason != CloseReason.LOCAL_SHUTDOWN);
	}

	@ParameterizedTest
	@EnumSource
	void isLocalWhenThisSideClosedThenTrue(CloseReason reason) {
		assertThat(new End(reason, "it happened", null).isLocal()).isEqualTo(reason == CloseReason.LOCAL_SHUTDOWN);
	}

}
