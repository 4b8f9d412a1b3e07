package io.ductworks.spring.boot.endpoint;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import io.ductworks.CloseReason;
import io.ductworks.message.Accept;
import io.ductworks.message.ConnectionStatistics;
import io.ductworks.message.DuctStatistics;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.RequestOutcome;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;

/**
 * Shows the ducts: their peers, and how much was sent and received. No message is shown,
 * and no part of one.
 */
@Endpoint(id = "ducts")
public final class DuctsEndpoint {

	private final DuctRegistry registry;

	/**
	 * Creates the endpoint.
	 * @param registry the ducts
	 */
	public DuctsEndpoint(DuctRegistry registry) {
		this.registry = registry;
	}

	@ReadOperation
	DuctsDescriptor ducts() {
		Map<String, DuctDescriptor> ducts = new TreeMap<>();
		this.registry.parents().forEach((name, parent) -> ducts.put(name, describe(parent)));
		this.registry.children().forEach((name, child) -> ducts.put(name, describe(child)));
		return new DuctsDescriptor(ducts);
	}

	@ReadOperation
	@Nullable DuctDescriptor duct(@Selector String name) {
		MessageDuctParent parent = this.registry.parents().get(name);
		MessageDuctChild child = this.registry.children().get(name);
		return (parent != null) ? describe(parent) : (child != null) ? describe(child) : null;
	}

	private static DuctDescriptor describe(MessageDuctParent parent) {
		boolean listening = parent.isListening();
		boolean open = listening || parent.accept() == Accept.ONCE && parent.isConnected();
		DuctAddress address = open ? parent.listenerAddress() : parent.bindAddress();
		String state = listening ? "listening" : open ? "connected" : "closed";
		return new DuctDescriptor("parent", protocol(parent), address.toString(), state,
				StatisticsDescriptor.of(parent.statistics(), null, null), connections(parent));
	}

	private static DuctDescriptor describe(MessageDuctChild child) {
		DuctStatistics statistics = child.statistics();
		return new DuctDescriptor("child", protocol(child), child.connectAddress().toString(),
				child.isConnected() ? "connected" : "disconnected",
				StatisticsDescriptor.of(statistics, statistics.connectsSucceeded(), statistics.connectsFailed()),
				connections(child));
	}

	/**
	 * The protocol as it is configured.
	 */
	private static String protocol(MessageDuct duct) {
		return duct.protocol().name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	private static List<ConnectionDescriptor> connections(MessageDuct duct) {
		return duct.statistics().openConnections().stream().map(ConnectionDescriptor::of).toList();
	}

	/**
	 * All ducts by name.
	 */
	record DuctsDescriptor(Map<String, DuctDescriptor> ducts) implements OperationResponseBody {
	}

	/**
	 * One duct with its open connections.
	 */
	record DuctDescriptor(String role, String protocol, String address, String state, StatisticsDescriptor statistics,
			List<ConnectionDescriptor> connections) implements OperationResponseBody {
	}

	/**
	 * Totals of a duct since it was created. Only reasons and outcomes that there were
	 * are in the maps, only a child attempts to connect, and what was refused or dropped
	 * is {@code null} if nothing was.
	 */
	record StatisticsDescriptor(long messagesSent, long messagesReceived, long bytesSent, long bytesReceived,
			long messagesUnsent, long messagesUnhandled, long outboundPending, long connectionsOpened,
			Map<String, Long> connectionsClosed, @Nullable Long connectsSucceeded, @Nullable Long connectsFailed,
			Map<String, Long> requests, @Nullable Long requestsRefused, @Nullable Long answersUnmatched,
			@Nullable Long eventsDropped) {

		static StatisticsDescriptor of(DuctStatistics statistics, @Nullable Long connectsSucceeded,
				@Nullable Long connectsFailed) {
			Map<String, Long> closed = new TreeMap<>();
			for (CloseReason reason : CloseReason.values()) {
				putIfAny(closed, reason.tag(), statistics.connectionsClosed(reason));
			}
			Map<String, Long> requests = new TreeMap<>();
			for (RequestOutcome outcome : RequestOutcome.values()) {
				putIfAny(requests, outcome.tag(), statistics.requests(outcome));
			}
			return new StatisticsDescriptor(statistics.messagesSent(), statistics.messagesReceived(),
					statistics.bytesSent(), statistics.bytesReceived(), statistics.messagesUnsent(),
					statistics.messagesUnhandled(), statistics.outboundPending(), statistics.connectionsOpened(),
					closed, connectsSucceeded, connectsFailed, requests, ifAny(statistics.requestsRefused()),
					ifAny(statistics.answersUnmatched()), ifAny(statistics.eventsDropped()));
		}

		private static @Nullable Long ifAny(long count) {
			return (count > 0) ? count : null;
		}

		private static void putIfAny(Map<String, Long> counts, String key, long count) {
			if (count > 0) {
				counts.put(key, count);
			}
		}

	}

	/**
	 * One open connection.
	 */
	record ConnectionDescriptor(int number, @Nullable String peer, @Nullable String remoteAddress, Duration age,
			int outboundPending, long messagesSent, long messagesReceived) {

		static ConnectionDescriptor of(ConnectionStatistics connection) {
			Principal peer = connection.peer();
			return new ConnectionDescriptor(connection.number(), (peer != null) ? peer.getName() : null,
					text(connection.remoteAddress()), connection.age(), connection.outboundPending(),
					connection.messagesSent(), connection.messagesReceived());
		}

		/**
		 * The address in plain text, {@code null} for a Unix domain socket without a
		 * path.
		 */
		private static @Nullable String text(@Nullable SocketAddress address) {
			if (address instanceof InetSocketAddress tcp) {
				String host = tcp.getAddress().getHostAddress();
				return ((host.indexOf(':') >= 0) ? "[" + host + "]" : host) + ":" + tcp.getPort();
			}
			String text = (address != null) ? address.toString() : "";
			return text.isEmpty() ? null : text;
		}

	}

}
