package io.ductworks.benchmarks.netty;

import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.ductworks.benchmarks.Address;
import io.ductworks.benchmarks.Contender;
import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.PayloadCodec;
import io.ductworks.benchmarks.Scenario;
import io.ductworks.benchmarks.Service;
import io.ductworks.benchmarks.Work;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/**
 * Netty with the frames of our own wire format. One connection, so one event loop on
 * either side; the service runs on it. Where messages are large, reads may fill a
 * megabyte at once, and buffers come from the pool that keeps those of more than a
 * megabyte too; everything else about sockets is left as it is.
 */
public class NettyContender implements Contender {

	private static final int LARGE = 64 * 1024;

	private static final int LOW = 512 * 1024;

	private static final int HIGH = 1024 * 1024;

	@Override
	public boolean takesPart(Scenario scenario) {
		return !scenario.spin() && !scenario.spring() && scenario.work() != Work.IDLE_CONNECTIONS;
	}

	@Override
	public String setup() {
		return "NIO without the native transport, `LengthFieldBasedFrameDecoder`, the service on the event loop; small frames gathered in buffers of 64 KiB,"
				+ " which is several times faster than `FlushConsolidationHandler`.";
	}

	@Override
	public AutoCloseable serve(Scenario scenario, Address address, Service service) throws Exception {
		boolean unix = scenario.transport() == Scenario.Transport.UNIX;
		PayloadCodec codec = PayloadCodec.of(scenario.format());
		EventLoopGroup group = eventLoop();
		ServerBootstrap bootstrap = new ServerBootstrap().group(group)
			.channel(unix ? NioServerDomainSocketChannel.class : NioServerSocketChannel.class)
			.childHandler(initializer(FrameDecoder::new, FrameEncoder::new, () -> new ServiceHandler(service, codec)));
		if (!unix) {
			bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
		}
		if (scenario.bytes() >= LARGE) {
			bootstrap.childOption(ChannelOption.RECVBUF_ALLOCATOR, largeReads());
			bootstrap.childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
		}
		bootstrap.bind(socketAddress(unix, address)).sync();
		return () -> {
			shutDown(group);
			if (unix) {
				Files.deleteIfExists(address.file());
			}
		};
	}

	@Override
	public Link connect(Scenario scenario, Address address) throws Exception {
		boolean unix = scenario.transport() == Scenario.Transport.UNIX;
		EventLoopGroup group = eventLoop();
		SendQueue queue = new SendQueue();
		Bootstrap bootstrap = new Bootstrap().group(group)
			.channel(unix ? NioDomainSocketChannel.class : NioSocketChannel.class)
			.option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW, HIGH))
			.handler(initializer(FrameDecoder::new, FrameEncoder::new, ExchangeHandler::new, () -> queue));
		if (!unix) {
			bootstrap.option(ChannelOption.TCP_NODELAY, true);
		}
		if (scenario.bytes() >= LARGE) {
			bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, largeReads());
			bootstrap.option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
		}
		try {
			Channel channel = bootstrap.connect(socketAddress(unix, address)).sync().channel();
			return new NettyLink(group, channel, queue, PayloadCodec.of(scenario.format()));
		}
		catch (Exception ex) {
			shutDown(group);
			throw ex;
		}
	}

	static void shutDown(EventLoopGroup group) {
		group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
	}

	private static EventLoopGroup eventLoop() {
		return new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
	}

	private static AdaptiveRecvByteBufAllocator largeReads() {
		return new AdaptiveRecvByteBufAllocator(2048, LARGE, 1024 * 1024);
	}

	private static SocketAddress socketAddress(boolean unix, Address address) {
		return unix ? UnixDomainSocketAddress.of(address.file()) : address.tcp();
	}

	@SafeVarargs
	private static ChannelInitializer<Channel> initializer(Supplier<ChannelHandler>... handlers) {
		return new ChannelInitializer<>() {
			@Override
			protected void initChannel(Channel channel) {
				for (Supplier<ChannelHandler> handler : handlers) {
					channel.pipeline().addLast(handler.get());
				}
			}
		};
	}

}
