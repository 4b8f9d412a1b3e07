package io.ductworks.message;

import java.nio.file.Path;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import io.ductworks.NothingLeftBehind;
import io.ductworks.internal.transport.TlsOptions;
import io.ductworks.peer.DuctPeer;
import io.ductworks.transport.DuctAddress;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * JSON-RPC over TCP with TLS.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class TlsRpcTests implements RpcContract {

	@TempDir
	private static Path directory;

	private static SSLContext parent;

	private static SSLContext child;

	@BeforeAll
	static void certify() {
		Certificates certificates = Certificates.in(directory).with("parent").with("child");
		parent = certificates.context("parent");
		child = certificates.context("child");
	}

	@Override
	public DuctAddress address() {
		return new DuctAddress.Tcp("localhost", 0);
	}

	@Override
	public MessageDuctParent.Builder parentSettings(MessageDuctParent.Builder builder) {
		return builder.ssl(() -> parent, new SSLParameters());
	}

	@Override
	public MessageDuctChild.Builder childSettings(MessageDuctChild.Builder builder) {
		return builder.ssl(() -> child, new SSLParameters());
	}

	@Override
	public DuctPeer peer(DuctAddress address) {
		return Peers.connect(address, new TlsOptions(() -> child, new SSLParameters()));
	}

}
