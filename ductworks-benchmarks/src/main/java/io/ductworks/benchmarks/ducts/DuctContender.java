package io.ductworks.benchmarks.ducts;

import java.time.Duration;
import java.util.Objects;

import io.ductworks.DuctworksException;
import io.ductworks.benchmarks.Address;
import io.ductworks.benchmarks.Contender;
import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.Order;
import io.ductworks.benchmarks.Scenario;
import io.ductworks.benchmarks.Scenario.Format;
import io.ductworks.benchmarks.Scenario.Transport;
import io.ductworks.benchmarks.Service;
import io.ductworks.benchmarks.Work;
import io.ductworks.codec.MessageCodec;
import io.ductworks.message.Accept;
import io.ductworks.message.DuctHandler;
import io.ductworks.message.IdleStrategy;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.transport.DuctAddress;

/**
 * Ducts with {@code send} and {@code recv}; where a parent has many children, with a
 * handler.
 */
public final class DuctContender implements Contender {

	private static final int MAX_CHILDREN = 20_000;

	/** As long as the other contenders that spin. */
	private static final Duration SPIN = Duration.ofNanos(50_000);

	@Override
	public boolean takesPart(Scenario scenario) {
		return !scenario.spring();
	}

	@Override
	public String setup() {
		return "`send` and `recv` on both sides, the defaults of the builder.";
	}

	@Override
	public AutoCloseable serve(Scenario scenario, Address address, Service service) {
		MessageDuctParent.Builder builder = MessageDuctParent.builder()
			.address(ductAddress(scenario, address))
			.codec(codec(scenario))
			.idleStrategy(idleStrategy(scenario));
		if (scenario.work() == Work.IDLE_CONNECTIONS) {
			// Ten thousand that come at once would else be taken for a flood.
			builder.accept(Accept.MANY)
				.maxChildren(MAX_CHILDREN)
				.acceptsPerSecond(MAX_CHILDREN)
				.handler(DuctHandler
					.answering((from, message) -> service.handle(Objects.requireNonNull(message.as(byte[].class)))));
		}
		MessageDuctParent parent = builder.build();
		parent.bind();
		if (scenario.work() != Work.IDLE_CONNECTIONS) {
			Thread answering = new Thread(() -> answer(parent, type(scenario), service), "answering");
			answering.setDaemon(true);
			answering.start();
		}
		return parent;
	}

	private static void answer(MessageDuctParent parent, Class<?> type, Service service) {
		try {
			while (!parent.listen(parent.requestTimeout())) {
				continue;
			}
			while (true) {
				Object message = parent.recv(type);
				Object answer = (message != null) ? service.handle(message) : null;
				if (answer != null) {
					parent.send(answer);
				}
			}
		}
		catch (DuctworksException ex) {
			// The asking side has ended.
		}
	}

	@Override
	public Link connect(Scenario scenario, Address address) {
		MessageDuctChild child = MessageDuctChild.builder()
			.address(ductAddress(scenario, address))
			.codec(codec(scenario))
			.idleStrategy(idleStrategy(scenario))
			.build();
		child.connect();
		return new DuctLink(child, type(scenario));
	}

	private static DuctAddress ductAddress(Scenario scenario, Address address) {
		return (scenario.transport() == Transport.UNIX) ? new DuctAddress.Unix(address.file())
				: new DuctAddress.Tcp(address.tcp().getAddress().getHostAddress(), address.tcp().getPort());
	}

	private static MessageCodec codec(Scenario scenario) {
		return (scenario.format() == Format.JSON) ? MessageCodec.json() : MessageCodec.bytes();
	}

	private static IdleStrategy idleStrategy(Scenario scenario) {
		return scenario.spin() ? IdleStrategy.spin(SPIN) : IdleStrategy.block();
	}

	private static Class<?> type(Scenario scenario) {
		return (scenario.format() == Format.JSON) ? Order.class : byte[].class;
	}

	/**
	 * The child, with one thread that asks.
	 *
	 * @param duct the child
	 * @param type what answers are
	 */
	private record DuctLink(MessageDuct duct, Class<?> type) implements Link {

		@Override
		public Object exchange(Object message) {
			this.duct.send(message);
			return Objects.requireNonNull(this.duct.recv(this.type));
		}

		@Override
		public void send(Object message) {
			this.duct.send(message);
		}

		@Override
		public void close() {
			this.duct.close();
		}

	}

}
