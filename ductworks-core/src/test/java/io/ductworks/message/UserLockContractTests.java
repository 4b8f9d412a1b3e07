package io.ductworks.message;

import java.util.concurrent.locks.ReentrantLock;

import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * That ducts keep their promises with a lock of the user's own.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class UserLockContractTests implements MessageContract, InterruptContract, RequestContract {

	@Override
	public DuctAddress address() {
		return DuctAddress.Unix.pseudoAnonymous();
	}

	@Override
	public MessageDuctParent.Builder parentSettings(MessageDuctParent.Builder builder) {
		return builder.lock(new ReentrantLock());
	}

	@Override
	public MessageDuctChild.Builder childSettings(MessageDuctChild.Builder builder) {
		return builder.lock(new ReentrantLock());
	}

}
