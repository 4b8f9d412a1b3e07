package io.ductworks.benchmarks.netty;

import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;

import io.ductworks.benchmarks.Address;
import io.ductworks.benchmarks.Contender;
import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.Payloads;
import io.ductworks.benchmarks.Scenario;
import io.ductworks.benchmarks.Service;
import io.ductworks.benchmarks.Work;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
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
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * Netty with the frames of our own wire format. One connection, so one event loop on
 * either side; the service runs on it. Reads may fill a megabyte at once where messages
 * are large; everything else about sockets is left as it is.
 */
public class NettyContender implements Contender {

	private static final int LARGE = 64 * 1024;

	@Override
	public boolean takesPart(Scenario scenario) {
		return !scenario.spin() && !scenario.spring() && scenario.work() != Work.IDLE_CONNECTIONS;
	}

	@Override
	public AutoCloseable serve(Scenario scenario, Address address, Service service) throws Exception {
		boolean unix = scenario.transport() == Scenario.Transport.UNIX;
		Payloads payloads = Payloads.of(scenario.format());
		EventLoopGroup group = eventLoop();
		ServerBootstrap bootstrap = new ServerBootstrap().group(group)
			.channel(unix ? NioServerDomainSocketChannel.class : NioServerSocketChannel.class)
			.childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
			.childHandler(initializer((channel) -> new ChannelHandler[] { new FrameDecoder(), new FrameEncoder(),
					new ServiceHandler(service, payloads) }));
		if (!unix) {
			bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
		}
		if (scenario.bytes() >= LARGE) {
			bootstrap.childOption(ChannelOption.RECVBUF_ALLOCATOR, largeReads());
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
		ExchangeHandler exchanges = new ExchangeHandler();
		// A flush after every message, of which the handler makes one for as many as were
		// written meanwhile: faster than flushes by a count of the sender's own
		Bootstrap bootstrap = new Bootstrap().group(group)
			.channel(unix ? NioDomainSocketChannel.class : NioSocketChannel.class)
			.option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
			.option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(512 * 1024, 4 * 1024 * 1024))
			.handler(initializer((channel) -> (scenario.work() == Work.ONE_WAY)
					? new ChannelHandler[] { new FlushConsolidationHandler(256, true), new FrameDecoder(),
							new FrameEncoder(), exchanges }
					: new ChannelHandler[] { new FrameDecoder(), new FrameEncoder(), exchanges }));
		if (!unix) {
			bootstrap.option(ChannelOption.TCP_NODELAY, true);
		}
		if (scenario.bytes() >= LARGE) {
			bootstrap.option(ChannelOption.RECVBUF_ALLOCATOR, largeReads());
		}
		try {
			Channel channel = bootstrap.connect(socketAddress(unix, address)).sync().channel();
			return new NettyLink(group, channel, exchanges, Payloads.of(scenario.format()));
		}
		catch (Exception ex) {
			shutDown(group);
			throw ex;
		}
	}

	static void shutDown(EventLoopGroup group) {
		group.shutdownGracefully(0, 5, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
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

	private static ChannelInitializer<Channel> initializer(Handlers handlers) {
		return new ChannelInitializer<>() {
			@Override
			protected void initChannel(Channel channel) {
				channel.pipeline().addLast(handlers.of(channel));
			}
		};
	}

	/** Makes the handlers of a new channel. */
	private interface Handlers {

		ChannelHandler[] of(Channel channel);

	}

}
