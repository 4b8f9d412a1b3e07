package io.ductworks.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import io.ductworks.codec.MessageCodec;
import io.ductworks.internal.transport.PeerPolicy;
import io.ductworks.internal.transport.TlsOptions;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * The settings that parents and children share. Not thread-safe; may build any number of
 * ducts.
 *
 * @param <B> the type of the builder itself
 */
public abstract sealed class DuctBuilder<B extends DuctBuilder<B>> extends HandlingBuilder<B>
		permits ListenBuilder, MessageDuctChild.Builder {

	private static final AtomicInteger unnamed = new AtomicInteger();

	private final String role;

	private @Nullable String name;

	private @Nullable DuctAddress address;

	private MessageCodec codec = MessageCodec.json();

	private @Nullable DuctHandler handler;

	private int maxFrameSize = 4 * 1024 * 1024;

	private @Nullable Lock lock;

	private final List<DuctObserver> observers = new ArrayList<>();

	private final List<OutgoingObserver> outgoingObservers = new ArrayList<>();

	private WhenDisconnected whenDisconnected = WhenDisconnected.FAIL;

	private NotOpen notOpen;

	private IdleStrategy idleStrategy = IdleStrategy.block();

	private boolean pipelining;

	private boolean mixedTraffic;

	private Protocol protocol = Protocol.BARE;

	private Set<String> allowedUsers = Set.of();

	private Set<String> allowedGroups = Set.of();

	private Set<String> allowedSubjects = Set.of();

	private @Nullable TlsOptions tls;

	DuctBuilder(String role, String howToOpen) {
		this.role = role;
		this.notOpen = NotOpen.until(howToOpen);
	}

	/**
	 * Sets the name that the duct has in messages, events, meters and thread names.
	 * Default: the role and a number.
	 * @param name the name
	 * @return this builder
	 * @throws IllegalArgumentException if the name is blank or has control characters
	 */
	public B name(String name) {
		this.name = DuctName.require(name);
		return self();
	}

	/**
	 * Sets where a parent listens or a child connects. A parent without an address takes
	 * a Unix domain socket at a fresh private path; a child needs one.
	 * @param address the address
	 * @return this builder
	 */
	public B address(DuctAddress address) {
		this.address = address;
		return self();
	}

	/**
	 * Sets the address from its text.
	 * @param address as for {@link DuctAddress#parse(String)}
	 * @return this builder
	 * @throws IllegalArgumentException if the text is no address
	 */
	public B address(String address) {
		return address(DuctAddress.parse(address));
	}

	/**
	 * Sets how messages become bytes and back. Default: {@link MessageCodec#json()}.
	 * @param codec the codec
	 * @return this builder
	 */
	public B codec(MessageCodec codec) {
		this.codec = codec;
		return self();
	}

	/**
	 * Sets the handler that takes the messages in place of {@link MessageDuct#recv()}.
	 * Default: nobody. A duct with a handler keeps the virtual machine alive while it is
	 * open, as a server does.
	 * @param handler takes each message
	 * @return this builder
	 */
	public B handler(DuctHandler handler) {
		this.handler = handler;
		return self();
	}

	/**
	 * Sets the longest payload, for both directions. A longer one is not sent; if one is
	 * announced, the connection ends before anything is allocated for it. Default: 4 MiB.
	 * @param bytes the number of bytes, at least 1
	 * @return this builder
	 * @throws IllegalArgumentException if the number is less than 1
	 */
	public B maxFrameSize(int bytes) {
		if (bytes < 1) {
			throw new IllegalArgumentException("maxFrameSize is " + bytes + ", it must be at least 1");
		}
		this.maxFrameSize = bytes;
		return self();
	}

	/**
	 * Sets a lock that is held while one message is encoded and queued, and while one
	 * whole message is received, never while waiting for bytes. What a parent sends to
	 * several children is encoded with it and queued without; answers to requests, and
	 * messages for a handler, are taken without. Default: none; ducts are thread-safe
	 * without.
	 * @param lock the lock
	 * @return this builder
	 */
	public B lock(Lock lock) {
		this.lock = lock;
		return self();
	}

	/**
	 * Adds an observer that is told what happens to the duct.
	 * @param observer the observer
	 * @return this builder
	 */
	public B observer(DuctObserver observer) {
		this.observers.add(observer);
		return self();
	}

	/**
	 * Adds an observer that is told of each message and request that the duct sends.
	 * @param observer the observer
	 * @return this builder
	 */
	public B outgoingObserver(OutgoingObserver observer) {
		this.outgoingObservers.add(observer);
		return self();
	}

	/**
	 * Sets whether requests are sent one behind the other over a connection, without
	 * waiting for the answers of those before. For peers that are known to answer all, in
	 * order: answers bear no mark, so that after a missing or a surplus one every later
	 * answer would go to the wrong request. Default: no, one request at a time goes over
	 * a connection.
	 * @param pipelining whether they are
	 * @return this builder
	 */
	public B pipelining(boolean pipelining) {
		this.pipelining = pipelining;
		return self();
	}

	/**
	 * Sets whether messages and requests may be mixed. For peers that are known not to
	 * answer what is sent: otherwise that answer would go to a request. Default: no. A
	 * duct that has made a request then refuses to send, one that has sent refuses to
	 * request, one with a handler refuses to request, one with an
	 * {@linkplain DuctHandler#answering answering} handler refuses to send too, and a
	 * message that comes when no answer is due ends a connection over which a request was
	 * made.
	 * @param mixedTraffic whether they may
	 * @return this builder
	 */
	public B mixedTraffic(boolean mixedTraffic) {
		this.mixedTraffic = mixedTraffic;
		return self();
	}

	/**
	 * Sets what payloads mean. Default: {@link Protocol#BARE}.
	 * @param protocol as the other end has it
	 * @return this builder
	 */
	public B protocol(Protocol protocol) {
		this.protocol = protocol;
		return self();
	}

	/**
	 * Sets what happens to sends, requests and receives while there is no connection.
	 * Default: {@link WhenDisconnected#FAIL}.
	 * @param whenDisconnected what happens
	 * @return this builder
	 */
	public B whenDisconnected(WhenDisconnected whenDisconnected) {
		this.whenDisconnected = whenDisconnected;
		return self();
	}

	/**
	 * Sets what callers are told while the duct is not open, for ducts that are opened
	 * and closed by others than the code that uses them, such as an application's life
	 * cycle. Each text ends a sentence that begins with the duct. Default: which method
	 * opens it.
	 * @param notYet why it is not open before it was for the first time, and what to do
	 * @param noMore why not after it was, and why nothing is waited for after
	 * {@code stopWaiting()}
	 * @return this builder
	 */
	public B whenNotOpen(String notYet, String noMore) {
		this.notOpen = new NotOpen(notYet, noMore);
		return self();
	}

	/**
	 * Sets what a thread does while it waits for the peer's bytes. Default:
	 * {@link IdleStrategy#block()}.
	 * @param idleStrategy what it does
	 * @return this builder
	 */
	public B idleStrategy(IdleStrategy idleStrategy) {
		this.idleStrategy = idleStrategy;
		return self();
	}

	/**
	 * Sets which users may be at the other end of a Unix domain socket; the operating
	 * system says which one is. A parent refuses others, a child does not connect to
	 * them. Default: the user of this process and root, unless {@linkplain #allowedGroups
	 * groups} are allowed.
	 * @param users their names or numbers, in place of those set before
	 * @return this builder
	 */
	public B allowedUsers(String... users) {
		this.allowedUsers = Set.of(users);
		return self();
	}

	/**
	 * Sets whose members may be at the other end of a Unix domain socket, beside the
	 * {@linkplain #allowedUsers users} that are allowed; it is the group that the peer
	 * runs as which counts. Default: none.
	 * @param groups their names or numbers, in place of those set before
	 * @return this builder
	 */
	public B allowedGroups(String... groups) {
		this.allowedGroups = Set.of(groups);
		return self();
	}

	/**
	 * Sets whose certificates are accepted with TLS, of those that are trusted: the
	 * subjects of children, or of the parent. Default: all.
	 * @param subjects distinguished names as of RFC 2253, such as
	 * {@code CN=billing,O=Shop}, in place of those set before
	 * @return this builder
	 */
	public B allowedSubjects(String... subjects) {
		this.allowedSubjects = Set.of(subjects);
		return self();
	}

	/**
	 * Has TLS spoken over TCP. Where the parameters say nothing it is TLS 1.3 alone, and
	 * a child checks that the parent's certificate is for the host of its address. A
	 * parent wants a certificate of each child if the parameters
	 * {@linkplain SSLParameters#setNeedClientAuth say so}. Other transports go without.
	 * Default: no TLS.
	 * <p>
	 * JSSE sends tickets to resume sessions with behind the handshake. Unread bytes at
	 * the end of a connection make the system throw away what was sent but not yet
	 * delivered; this library reads them before it closes, other programs may not. A
	 * context sends none once the
	 * {@linkplain javax.net.ssl.SSLSessionContext#setSessionTimeout session time-out} of
	 * its server sessions is longer than seven days, such as 8 * 86,400 s; a context that
	 * is given here is not changed.
	 * @param context gives the context for each new connection: another one is used from
	 * then on
	 * @param parameters the parameters of each connection
	 * @return this builder
	 */
	public B ssl(Supplier<SSLContext> context, SSLParameters parameters) {
		this.tls = new TlsOptions(context, parameters);
		return self();
	}

	@Nullable DuctAddress address() {
		return this.address;
	}

	/**
	 * A rule that nothing enforces would be taken for one that holds.
	 */
	private void requireEnforced(DuctAddress address) {
		boolean unix = address instanceof DuctAddress.Unix;
		if (!unix && !(this.allowedUsers.isEmpty() && this.allowedGroups.isEmpty())) {
			throw new IllegalArgumentException("allowed users and groups (allowed-users, allowed-groups) are known of "
					+ "Unix domain sockets alone, nothing would enforce them at " + address + "; leave them out");
		}
		if (!this.allowedSubjects.isEmpty() && !(address instanceof DuctAddress.Tcp && this.tls != null)) {
			throw new IllegalArgumentException("allowed subjects (allowed-subjects) are known of TCP with TLS alone, "
					+ "nothing would enforce them at " + address + ((address instanceof DuctAddress.Tcp)
							? " without ssl (ssl.bundle); set it, or leave them out" : "; leave them out"));
		}
	}

	private static boolean writesJson(MessageCodec codec) {
		ByteArrayOutputStream written = new ByteArrayOutputStream();
		try {
			codec.encode("json", written);
			return written.toString(StandardCharsets.UTF_8).strip().equals("\"json\"");
		}
		catch (Exception ex) {
			// Of one for other types than strings nothing is known.
			return codec != MessageCodec.bytes();
		}
	}

	DuctOptions options(DuctAddress address, Accept accept, int maxChildren, @Nullable Backoff reconnect) {
		String name = (this.name != null) ? this.name : this.role + "-" + unnamed.incrementAndGet();
		requireEnforced(address);
		if (this.protocol == Protocol.JSON_RPC && !writesJson(this.codec)) {
			throw new IllegalArgumentException("Duct '" + name + "': JSON-RPC (protocol: json-rpc) needs a codec that "
					+ "writes JSON, " + this.codec + " does not; leave the codec out, bytes in JSON are base64");
		}
		PeerPolicy peers = PeerPolicy.of(this.allowedUsers, this.allowedGroups, this.allowedSubjects);
		if (address instanceof DuctAddress.Unix) {
			peers.resolve();
		}
		return new DuctOptions(name, this.role.equals("child"), address, this.codec, this.handler, accept, maxChildren,
				this.maxFrameSize, this.lock, List.copyOf(this.observers), connectTimeout(), sendTimeout(),
				frameTimeout(), requestTimeout(), receiveTimeout(), closeTimeout(), this.whenDisconnected,
				disconnectedGrace(), this.notOpen, this.idleStrategy, reconnect, this.pipelining, this.mixedTraffic,
				lateAnswerTimeout(), unreadTimeout(), lastAnswersTimeout(), peers, this.tls, handshakeTimeout(),
				this.protocol, rpc(), maxHandlers(), handlerTimeout(), workerThreads(),
				Thread.currentThread().getContextClassLoader(), List.copyOf(this.outgoingObservers));
	}

}
