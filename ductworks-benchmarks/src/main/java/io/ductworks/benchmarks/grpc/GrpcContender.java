package io.ductworks.benchmarks.grpc;

import java.nio.file.Files;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import io.ductworks.benchmarks.Address;
import io.ductworks.benchmarks.Contender;
import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.PayloadCodec;
import io.ductworks.benchmarks.Scenario;
import io.ductworks.benchmarks.Service;
import io.ductworks.benchmarks.Work;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollServerSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.unix.DomainSocketAddress;

/**
 * gRPC with the shaded Netty that its own guide recommends, which brings its native
 * transport for Linux and with it Unix domain sockets. Both sides run on their event
 * loops ({@code directExecutor}), which its documentation allows where nothing blocks;
 * where answering takes time it has as many threads as a duct has handlers. No Protocol
 * Buffers: the messages are the payloads.
 */
public class GrpcContender implements Contender {

	private static final String SERVICE = "io.ductworks.benchmarks.Messages";

	/** What the concurrency of a duct is by default. */
	private static final int THREADS = 16;

	private static final int MAX = 64 * 1024 * 1024;

	/** The default of one megabyte is one of the large messages. */
	private static final int WINDOW = 8 * 1024 * 1024;

	@Override
	public boolean takesPart(Scenario scenario) {
		return !scenario.spin() && scenario.work() != Work.IDLE_CONNECTIONS;
	}

	@Override
	public String setup() {
		return "the shaded Netty with its native transport, `directExecutor` on both sides (16 threads where answers take"
				+ " time), blocking unary calls,"
				+ " a stream for each sender one way, payloads without Protocol Buffers.";
	}

	@Override
	public AutoCloseable serve(Scenario scenario, Address address, Service service) throws Exception {
		boolean unix = scenario.transport() == Scenario.Transport.UNIX;
		Marshaller marshaller = new Marshaller(PayloadCodec.of(scenario.format()));
		EventLoopGroup acceptor = eventLoop();
		EventLoopGroup loop = eventLoop();
		ExecutorService threads = (scenario.work() == Work.SLOW_ROUND_TRIP) ? Executors.newFixedThreadPool(THREADS)
				: null;
		NettyServerBuilder builder = unix
				? NettyServerBuilder.forAddress(new DomainSocketAddress(address.file().toFile()))
					.channelType(EpollServerDomainSocketChannel.class)
				: NettyServerBuilder.forAddress(address.tcp()).channelType(EpollServerSocketChannel.class);
		Server server = builder.bossEventLoopGroup(acceptor)
			.workerEventLoopGroup(loop)
			.executor((threads != null) ? threads : Runnable::run)
			.flowControlWindow(WINDOW)
			.maxInboundMessageSize(MAX)
			.addService(ServerServiceDefinition.builder(SERVICE)
				.addMethod(exchange(marshaller), Calls.exchanges(service))
				.addMethod(send(marshaller), Calls.streams(service))
				.build())
			.build()
			.start();
		return () -> {
			server.shutdownNow().awaitTermination();
			if (threads != null) {
				threads.shutdownNow();
			}
			shutDown(acceptor);
			shutDown(loop);
			if (unix) {
				Files.deleteIfExists(address.file());
			}
		};
	}

	@Override
	public Link connect(Scenario scenario, Address address) {
		boolean unix = scenario.transport() == Scenario.Transport.UNIX;
		Marshaller marshaller = new Marshaller(PayloadCodec.of(scenario.format()));
		EventLoopGroup loop = eventLoop();
		NettyChannelBuilder builder = unix
				? NettyChannelBuilder.forAddress(new DomainSocketAddress(address.file().toFile()))
					.channelType(EpollDomainSocketChannel.class)
				: NettyChannelBuilder.forAddress(address.tcp()).channelType(EpollSocketChannel.class);
		ManagedChannel channel = builder.eventLoopGroup(loop)
			.directExecutor()
			.usePlaintext()
			.flowControlWindow(WINDOW)
			.maxInboundMessageSize(MAX)
			.build();
		return new GrpcLink(channel, () -> shutDown(loop), exchange(marshaller), send(marshaller));
	}

	private static MethodDescriptor<Object, Object> exchange(Marshaller marshaller) {
		return method(MethodDescriptor.MethodType.UNARY, "Exchange", marshaller);
	}

	private static MethodDescriptor<Object, Object> send(Marshaller marshaller) {
		return method(MethodDescriptor.MethodType.BIDI_STREAMING, "Send", marshaller);
	}

	private static MethodDescriptor<Object, Object> method(MethodDescriptor.MethodType type, String name,
			Marshaller marshaller) {
		return MethodDescriptor.<Object, Object>newBuilder()
			.setType(type)
			.setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
			.setRequestMarshaller(marshaller)
			.setResponseMarshaller(marshaller)
			.build();
	}

	private static EventLoopGroup eventLoop() {
		return new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
	}

	private static void shutDown(EventLoopGroup group) {
		group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
	}

}
