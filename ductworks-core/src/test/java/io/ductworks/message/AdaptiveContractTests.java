package io.ductworks.message;

import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * That ducts keep their promises with readers that spin while that is of use.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class AdaptiveContractTests implements MessageContract, InterruptContract, RequestContract {

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	@Override
	public MessageDuctParent.Builder parentSettings(MessageDuctParent.Builder builder) {
		return builder.idleStrategy(IdleStrategy.of("adaptive"));
	}

	@Override
	public MessageDuctChild.Builder childSettings(MessageDuctChild.Builder builder) {
		return builder.idleStrategy(IdleStrategy.of("adaptive"));
	}

}
