package io.ductworks.message;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.ductworks.Awaiting;
import io.ductworks.Caller;
import io.ductworks.DuctProblemException;
import io.ductworks.DuctTimeoutException;
import io.ductworks.MessageCodecException;
import io.ductworks.NothingLeftBehind;
import io.ductworks.RemoteDuctClosedException;
import io.ductworks.RemoteHandlerException;
import io.ductworks.TakenLog;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Who records requests knows of each when its caller does.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class RequestRecorderTests implements DuctFixture {

	private final List<RequestOutcome> recorded = new CopyOnWriteArrayList<>();

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	private DuctPair echoing() {
		return pair((parent) -> parent,
				(child) -> child.handler((from, message) -> from.send(message.as(Object.class))));
	}

	private void record(RequestOutcome outcome, long nanos) {
		assertThat(nanos).isPositive();
		this.recorded.add(outcome);
	}

	@Test
	void requestWhenAnsweredThenWasRecordedWhenItReturns() {
		try (DuctPair pair = echoing()) {
			pair.parent().statistics().addRecorder(this::record);

			pair.parent().request("hello", String.class);
			assertThat(this.recorded).containsExactly(RequestOutcome.SUCCESS);

			assertThatExceptionOfType(MessageCodecException.class)
				.isThrownBy(() -> pair.parent().request("word", Integer.class));
			assertThat(this.recorded).containsExactly(RequestOutcome.SUCCESS, RequestOutcome.ERROR);
		}
	}

	@Test
	void requestAsyncWhenAnsweredThenWasRecordedWhenTheFutureIsDone() throws Exception {
		try (DuctPair pair = echoing()) {
			pair.parent().statistics().addRecorder(this::record);

			assertThat(pair.parent().requestAsync("hello", String.class, SOON).get()).isEqualTo("hello");
			assertThat(this.recorded).containsExactly(RequestOutcome.SUCCESS);
		}
	}

	@ParameterizedTest
	@CsvSource({ "400, REJECTED", "404, REJECTED", "499, REJECTED", "500, ERROR", "503, ERROR", "599, ERROR" })
	void requestWhenAnsweredWithAProblemThenItsStatusSaysWhoseFaultItIs(int status, RequestOutcome outcome) {
		try (DuctPair pair = pair((parent) -> parent, (child) -> child
			.handler((from, message) -> message.replyWithError(new DuctProblemException(status, "No", "not now"))))) {
			pair.parent().statistics().addRecorder(this::record);

			assertThatExceptionOfType(RemoteHandlerException.class)
				.isThrownBy(() -> pair.parent().request("anything", String.class));

			assertThat(this.recorded).containsExactly(outcome);
			assertThat(pair.parent().statistics().requests(outcome)).isEqualTo(1);
		}
	}

	@Test
	void requestWhenThereIsNoAnswerThenIsRecordedOnceWithTheReason() throws Exception {
		try (MessageDuctParent parent = bound((builder) -> builder.pipelining(true)); DuctPeer peer = peerOf(parent)) {
			parent.statistics().addRecorder(this::record);

			assertThatExceptionOfType(DuctTimeoutException.class)
				.isThrownBy(() -> parent.request(1, String.class, Duration.ofMillis(50)));
			assertThat(this.recorded).containsExactly(RequestOutcome.TIMEOUT);

			Caller<String> request = Caller.of(() -> parent.request(2, String.class));
			peer.receiveBytes();
			peer.receiveBytes();
			peer.close();
			assertThat(request.failure()).isInstanceOf(RemoteDuctClosedException.class);
			Awaiting.soon()
				.untilAsserted(() -> assertThat(this.recorded).containsExactly(RequestOutcome.TIMEOUT,
						RequestOutcome.ABORTED));
		}
	}

	@Test
	void recorderWhenItThrowsThenTheRequestAndOtherRecordersDoNotNotice() {
		try (TakenLog log = new TakenLog(); DuctPair pair = echoing()) {
			pair.parent().statistics().addRecorder((outcome, nanos) -> {
				throw new IllegalStateException("on purpose");
			});
			pair.parent().statistics().addRecorder(this::record);

			for (int i = 0; i < 3; i++) {
				assertThat(pair.parent().<String>request("hello", String.class)).isEqualTo("hello");
			}

			assertThat(this.recorded).hasSize(3);
			assertThat(log.warnings("request recorder")).hasSize(1);
		}
	}

	@Test
	void recorderWhenRemovedThenIsToldOfNoMore() {
		RequestRecorder recorder = this::record;
		try (DuctPair pair = echoing()) {
			pair.parent().statistics().addRecorder(recorder);
			pair.parent().request("hello", String.class);
			pair.parent().statistics().removeRecorder(recorder);

			pair.parent().request("hello", String.class);

			assertThat(this.recorded).hasSize(1);
			assertThat(pair.parent().statistics().requests(RequestOutcome.SUCCESS)).isEqualTo(2);
		}
	}

}
