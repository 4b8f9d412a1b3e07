package io.ductworks.message;

import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The contract over TCP.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(30)
class TcpDuctTests implements DuctContract {

	@Override
	public DuctAddress address() {
		return new DuctAddress.Tcp("localhost", 0);
	}

}
