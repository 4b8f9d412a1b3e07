package io.ductworks.message;

import java.nio.charset.StandardCharsets;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ductworks.CloseReason;
import io.ductworks.RemoteHandlerException;
import io.ductworks.fuzz.FuzzFigures;
import io.ductworks.internal.connection.End;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Any bytes as the failure of the other side's handler, or as the refusal of a parent. To
 * look for more inputs:
 * {@code mvn -Pfuzz -pl ductworks-core -Dfuzz.target=ProblemFuzzTests test}
 */
@ExtendWith(FuzzFigures.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class ProblemFuzzTests {

	private static final Named CONNECTION = () -> "Duct 'fuzzed'";

	@FuzzTest
	void i3FailuresWhenTheyAreAnyBytesThenAreReadOrAreNone(byte[] bytes) {
		FuzzFigures.executed();
		byte[] begin = "{\"ductworks:error\":".getBytes(StandardCharsets.US_ASCII);
		byte[] whole = Peers.concat(Peers.concat(begin, bytes), new byte[] { '}' });
		for (byte[] payload : new byte[][] { bytes, whole }) {
			RemoteHandlerException failure = Problems.decode(CONNECTION, payload);
			if (failure != null) {
				assertThat(failure.status()).isBetween(400, 599);
				assertThat(failure.getMessage()).startsWith("Duct 'fuzzed': ").doesNotContainPattern("\\p{Cntrl}");
			}
			byte[] shifted = Peers.concat(new byte[] { '{' }, payload);
			End refusal = Problems.refusal(CONNECTION, false, shifted, 1, payload.length);
			if (refusal != null) {
				assertThat(refusal.reason()).isEqualTo(CloseReason.REFUSED);
				assertThat(refusal.text()).doesNotContainPattern("\\p{Cntrl}");
				assertThat(failure).isNotNull();
			}
		}
	}

}
