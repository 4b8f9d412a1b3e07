package io.ductworks.benchmarks.raw;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

import io.ductworks.benchmarks.Address;
import io.ductworks.benchmarks.Contender;
import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.PayloadCodec;
import io.ductworks.benchmarks.Scenario;
import io.ductworks.benchmarks.Scenario.Transport;
import io.ductworks.benchmarks.Service;
import io.ductworks.benchmarks.Work;
import org.jspecify.annotations.Nullable;

/**
 * Channels of the JDK with the least around them: what a library in Java could come to.
 */
public final class RawContender implements Contender {

	/** From this length on, a write of its own costs less than gathering. */
	private static final int LARGE = 32 * 1024;

	@Override
	public boolean takesPart(Scenario scenario) {
		return !scenario.spring() && scenario.work() != Work.IDLE_CONNECTIONS
				&& (scenario.work() == Work.ONE_WAY || scenario.threads() == 1);
	}

	@Override
	public String setup() {
		return "Blocking channels and direct buffers; one way, two buffers swapped by a writing thread; to spin,"
				+ " non-blocking reads and then a selector.";
	}

	@Override
	public AutoCloseable serve(Scenario scenario, Address address, Service service) throws IOException {
		ServerSocketChannel server = isUnix(scenario) ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
				: ServerSocketChannel.open();
		server.bind(socketAddress(scenario, address));
		Thread answering = new Thread(() -> answer(server, scenario, service), "answering");
		answering.setDaemon(true);
		answering.start();
		return server;
	}

	private static void answer(ServerSocketChannel server, Scenario scenario, Service service) {
		PayloadCodec codec = PayloadCodec.of(scenario.format());
		try (FrameChannel channel = prepare(server.accept(), scenario)) {
			for (byte[] payload = channel.read(); payload != null; payload = channel.read()) {
				Object answer = service.handle(codec.read(payload));
				if (answer != null) {
					channel.write(codec.write(answer));
				}
			}
		}
		catch (IOException ex) {
			// The asking side has ended.
		}
	}

	@Override
	public Link connect(Scenario scenario, Address address) throws IOException {
		FrameChannel channel = prepare(SocketChannel.open(socketAddress(scenario, address)), scenario);
		boolean gathers = scenario.work() == Work.ONE_WAY && scenario.bytes() < LARGE;
		return new RawLink(PayloadCodec.of(scenario.format()), channel, gathers ? new Gathering(channel) : null);
	}

	private static boolean isUnix(Scenario scenario) {
		return scenario.transport() == Transport.UNIX;
	}

	private static SocketAddress socketAddress(Scenario scenario, Address address) {
		return isUnix(scenario) ? UnixDomainSocketAddress.of(address.file()) : address.tcp();
	}

	private static FrameChannel prepare(SocketChannel channel, Scenario scenario) throws IOException {
		if (!isUnix(scenario)) {
			channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
		}
		return new FrameChannel(channel, scenario.spin());
	}

	/**
	 * The asking side.
	 *
	 * @param codec maps messages
	 * @param channel the connection
	 * @param gathering takes what is sent, if that is to be gathered
	 */
	private record RawLink(PayloadCodec codec, FrameChannel channel, @Nullable Gathering gathering) implements Link {

		@Override
		public Object exchange(Object message) throws IOException {
			send(message);
			byte[] answer = this.channel.read();
			if (answer == null) {
				throw new EOFException("No answer");
			}
			return this.codec.read(answer);
		}

		@Override
		public void send(Object message) throws IOException {
			byte[] payload = this.codec.write(message);
			if (this.gathering != null) {
				this.gathering.send(payload);
			}
			else {
				this.channel.write(payload);
			}
		}

		@Override
		public void close() throws IOException {
			this.channel.close();
		}

	}

}
