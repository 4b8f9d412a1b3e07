package io.ductworks.message;

import io.ductworks.NothingLeftBehind;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * JSON-RPC over TCP.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class TcpRpcTests implements RpcContract {

	@Override
	public DuctAddress address() {
		return new DuctAddress.Tcp("localhost", 0);
	}

}
