package io.ductworks.message;

import java.util.concurrent.atomic.AtomicInteger;

import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The contract within this process.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class InprocDuctTests implements DuctContract {

	private static final AtomicInteger number = new AtomicInteger();

	@Override
	public DuctAddress address() {
		return new DuctAddress.Inproc("contract-" + number.incrementAndGet());
	}

}
