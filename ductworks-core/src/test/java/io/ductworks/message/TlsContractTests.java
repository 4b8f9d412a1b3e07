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
 * That TLS keeps what each transport promises: where a selector knows least of what there
 * is to read.
 */
@ExtendWith(NothingLeftBehind.class)
@Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
class TlsContractTests implements DuctContract, HandlingContract, OutgoingContract {

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
	public Protocol protocol() {
		return Protocol.BARE;
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

	/**
	 * Four records are written together, and count once all of them have left.
	 */
	@Override
	public int countedTwice() {
		return 5;
	}

	// What is no test here

	/**
	 * To connect means to shake hands, for which a child in the backlog would wait.
	 */
	@Override
	public void h11HandlersWhenChildrenComeAndGoWhileTheyRunThenOthersWaitAndNoMessageIsLost() {
	}

	/**
	 * To connect means to shake hands, for which a child in the backlog would wait.
	 */
	@Override
	public void h11MaxHandlersWhenManyChildrenComeAndGoThenTheyWaitInTheBacklogAndNoMessageIsLost() {
	}

	/**
	 * A child that is refused learns of it as it shakes hands.
	 */
	@Override
	public void p8ChildrenWhenMoreComeThanMayThenAreRefusedAtOnceAndOthersStay() {
	}

	/**
	 * A socket whose sending half ends without {@code close_notify} is truncated.
	 */
	@Override
	public void p10PeerWhenItEndsSendingThenGetsTheAnswersUnderWayAndThenTheEnd() {
	}

	/**
	 * A socket whose sending half ends without {@code close_notify} is truncated.
	 */
	@Override
	public void p10PeerWhenItEndsSendingAndTheHandlerTakesLongThenIsLetGo() {
	}

	/**
	 * A socket whose sending half ends without {@code close_notify} is truncated.
	 */
	@Override
	public void p10MaxHandlersWhenAPeerSendsNoMoreAndWaitsThenItIsAnswered() {
	}

}
