package io.ductworks.benchmarks.integration;

import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

import io.ductworks.benchmarks.Address;
import io.ductworks.benchmarks.Contender;
import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.PayloadCodec;
import io.ductworks.benchmarks.Scenario;
import io.ductworks.benchmarks.Service;
import io.ductworks.benchmarks.Work;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.ip.dsl.Tcp;
import org.springframework.integration.ip.tcp.connection.AbstractClientConnectionFactory;
import org.springframework.integration.ip.tcp.connection.AbstractConnectionFactory;
import org.springframework.integration.ip.tcp.connection.CachingClientConnectionFactory;
import org.springframework.integration.ip.tcp.connection.TcpConnectionServerListeningEvent;
import org.springframework.integration.ip.tcp.connection.TcpNetClientConnectionFactory;
import org.springframework.integration.ip.tcp.connection.TcpNetServerConnectionFactory;
import org.springframework.integration.ip.tcp.serializer.ByteArrayLengthHeaderSerializer;
import org.springframework.integration.ip.tcp.serializer.TcpCodecs;

/**
 * Spring Integration: gateways for exchanges, a pair of collaborating channel adapters
 * one way, in an application context on either side, so that the Spring scenarios find it
 * as a Spring application would use it. {@code java.net} connections, since those of
 * {@code java.nio} give messages to a pool and mix up their order. They write a message
 * at once and have no option to gather several.
 */
public class IntegrationContender implements Contender {

	static final String OUT = "out";

	private static final int MAX = 64 * 1024 * 1024;

	private static final int BACKLOG = 128;

	@Override
	public boolean takesPart(Scenario scenario) {
		return scenario.transport() == Scenario.Transport.TCP && !scenario.spin()
				&& scenario.work() != Work.IDLE_CONNECTIONS && scenario.work() != Work.SLOW_ROUND_TRIP;
	}

	@Override
	public String setup() {
		return "`java.net` connection factories with buffered reading, length header, gateways for round trips"
				+ " (pooled connections for several requesters), channel adapters one way.";
	}

	@Override
	public AutoCloseable serve(Scenario scenario, Address address, Service service) throws Exception {
		TcpNetServerConnectionFactory connections = new TcpNetServerConnectionFactory(address.tcp().getPort());
		connections.setLocalAddress(address.tcp().getAddress().getHostAddress());
		connections.setBacklog(BACKLOG);
		connections.setTcpNetConnectionSupport(new BufferedConnectionSupport());
		prepare(connections);
		ServiceMessageHandler handler = new ServiceMessageHandler(service, PayloadCodec.of(scenario.format()));
		CountDownLatch listening = new CountDownLatch(1);
		AnnotationConfigApplicationContext context = context((beans) -> {
			beans.addApplicationListener((event) -> {
				if (event instanceof TcpConnectionServerListeningEvent) {
					listening.countDown();
				}
			});
			beans.registerBean("connections", TcpNetServerConnectionFactory.class, () -> connections);
			beans.registerBean("service", IntegrationFlow.class,
					() -> (scenario.work() == Work.ONE_WAY) ? IntegrationFlow.from(Tcp.inboundAdapter(connections))
						.handle(handler)
						.handle(Tcp.outboundAdapter(connections))
						.get() : IntegrationFlow.from(Tcp.inboundGateway(connections)).handle(handler).get());
		});
		listening.await();
		return context;
	}

	@Override
	public Link connect(Scenario scenario, Address address) {
		TcpNetClientConnectionFactory connections = new TcpNetClientConnectionFactory(
				address.tcp().getAddress().getHostAddress(), address.tcp().getPort());
		connections.setTcpNetConnectionSupport(new BufferedConnectionSupport());
		prepare(connections);
		Replies replies = new Replies();
		AnnotationConfigApplicationContext context = context((beans) -> {
			beans.registerBean("connections", AbstractClientConnectionFactory.class, () -> connections);
			if (scenario.work() == Work.ONE_WAY) {
				beans.registerBean("outgoing", IntegrationFlow.class,
						() -> (flow) -> flow.channel(OUT).handle(Tcp.outboundAdapter(connections)));
				beans.registerBean("incoming", IntegrationFlow.class,
						() -> IntegrationFlow.from(Tcp.inboundAdapter(connections)).handle(replies).get());
			}
			else {
				// A gateway has one request under way on a connection: for more at once
				// the
				// reference has connections pooled
				AbstractClientConnectionFactory pooled = connections;
				if (scenario.threads() > 1) {
					CachingClientConnectionFactory pool = new CachingClientConnectionFactory(connections,
							scenario.threads());
					pooled = pool;
					beans.registerBean("pool", AbstractClientConnectionFactory.class, () -> pool);
				}
				AbstractClientConnectionFactory used = pooled;
				beans.registerBean("gateway", IntegrationFlow.class,
						() -> (flow) -> flow.channel(OUT).handle(Tcp.outboundGateway(used)));
			}
		});
		return new IntegrationLink(context, replies, PayloadCodec.of(scenario.format()),
				scenario.work() == Work.ONE_WAY);
	}

	private static void prepare(AbstractConnectionFactory connections) {
		ByteArrayLengthHeaderSerializer frames = TcpCodecs.lengthHeader4(MAX);
		connections.setSerializer(frames);
		connections.setDeserializer(frames);
		connections.setSoTcpNoDelay(true);
		connections.setLookupHost(false);
	}

	private static AnnotationConfigApplicationContext context(Consumer<AnnotationConfigApplicationContext> beans) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.register(IntegrationConfiguration.class);
		beans.accept(context);
		context.refresh();
		return context;
	}

	/** Switches Spring Integration on. */
	@Configuration(proxyBeanMethods = false)
	@EnableIntegration
	static class IntegrationConfiguration {

	}

}
