package io.ductworks.benchmarks.rsocket;

import java.time.Duration;

import io.ductworks.benchmarks.Address;
import io.ductworks.benchmarks.Contender;
import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.PayloadCodec;
import io.ductworks.benchmarks.Scenario;
import io.ductworks.benchmarks.Service;
import io.ductworks.benchmarks.Work;
import io.rsocket.RSocket;
import io.rsocket.SocketAcceptor;
import io.rsocket.core.RSocketConnector;
import io.rsocket.core.RSocketServer;
import io.rsocket.frame.decoder.PayloadDecoder;
import io.rsocket.transport.netty.client.TcpClientTransport;
import io.rsocket.transport.netty.server.CloseableChannel;
import io.rsocket.transport.netty.server.TcpServerTransport;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

import org.springframework.messaging.rsocket.RSocketRequester;

/**
 * RSocket over Reactor Netty, with the payloads left in Netty's buffers
 * ({@link PayloadDecoder#ZERO_COPY}), as is recommended for throughput. TCP only: Reactor
 * Netty has Unix domain sockets with native transports alone. Scenarios of Spring go
 * through {@link RSocketRequester} and a controller.
 */
public class RSocketContender implements Contender {

	private static final int UNDER_WAY = 16 * 1024 * 1024;

	private static final int MOST_UNDER_WAY = 4096;

	@Override
	public boolean takesPart(Scenario scenario) {
		return scenario.transport() == Scenario.Transport.TCP && !scenario.spin()
				&& scenario.work() != Work.IDLE_CONNECTIONS && scenario.work() != Work.SLOW_ROUND_TRIP;
	}

	@Override
	public String setup() {
		return "Reactor Netty over TCP with `PayloadDecoder.ZERO_COPY`, request-response, fire and forget one way;"
				+ " in Spring `RSocketRequester` and `@MessageMapping`, a channel for each sender one way.";
	}

	@Override
	public AutoCloseable serve(Scenario scenario, Address address, Service service) {
		LoopResources loop = loop("rsocket-server");
		TcpServer tcp = TcpServer.create().runOn(loop).bindAddress(address::tcp);
		SpringSide spring = scenario.spring() ? SpringSide.answering(service, credit(scenario)) : null;
		SocketAcceptor acceptor = (spring != null) ? spring.acceptor()
				: SocketAcceptor.with(new ServiceSocket(service, PayloadCodec.of(scenario.format())));
		CloseableChannel server = RSocketServer.create(acceptor)
			.payloadDecoder(PayloadDecoder.ZERO_COPY)
			.bindNow(TcpServerTransport.create(tcp));
		return () -> {
			server.dispose();
			server.onClose().block();
			loop.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block();
			if (spring != null) {
				spring.close();
			}
		};
	}

	@Override
	public Link connect(Scenario scenario, Address address) {
		LoopResources loop = loop("rsocket-client");
		TcpClient tcp = TcpClient.create(ConnectionProvider.newConnection()).runOn(loop).remoteAddress(address::tcp);
		TcpClientTransport transport = TcpClientTransport.create(tcp);
		if (scenario.spring()) {
			RSocketRequester requester = RSocketRequester.builder()
				.rsocketStrategies(SpringSide.strategies())
				.transport(transport);
			return new RequesterLink(requester, loop, scenario.format() == Scenario.Format.JSON);
		}
		RSocket socket = RSocketConnector.create().payloadDecoder(PayloadDecoder.ZERO_COPY).connect(transport).block();
		if (socket == null) {
			throw new IllegalStateException("Not connected");
		}
		return new RSocketLink(socket, loop, PayloadCodec.of(scenario.format()), credit(scenario));
	}

	// How many messages a sender may have under way
	private static int credit(Scenario scenario) {
		int bytes = (scenario.format() == Scenario.Format.BYTES) ? scenario.bytes() : 512;
		return Math.max(8, Math.min(MOST_UNDER_WAY, UNDER_WAY / Math.max(1, bytes)));
	}

	// One connection, so one event loop; not the shared ones, which would stay
	private static LoopResources loop(String name) {
		return LoopResources.create(name, 1, true);
	}

}
