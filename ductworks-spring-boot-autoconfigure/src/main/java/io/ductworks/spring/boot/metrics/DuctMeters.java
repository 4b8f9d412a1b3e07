package io.ductworks.spring.boot.metrics;

import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.ductworks.CloseReason;
import io.ductworks.message.DuctStatistics;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.RequestOutcome;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.transport.DuctAddress;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

/**
 * Meters of all configured ducts. They read the ducts' statistics when they are asked, so
 * that traffic costs nothing more. All tags are of closed sets, none is an address.
 */
public final class DuctMeters implements MeterBinder {

	private final DuctRegistry ducts;

	/**
	 * Creates the meters of the ducts of a registry.
	 * @param ducts the ducts
	 */
	public DuctMeters(DuctRegistry ducts) {
		this.ducts = ducts;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.ducts.parents().values().forEach((parent) -> new Binding(registry, parent, tags(parent)).bindAll());
		for (MessageDuctChild child : this.ducts.children().values()) {
			Binding binding = new Binding(registry, child, tags(child));
			binding.bindAll();
			binding.bindAttempts();
		}
	}

	static Tags tags(MessageDuct duct) {
		boolean parent = duct instanceof MessageDuctParent;
		DuctAddress address = parent ? ((MessageDuctParent) duct).bindAddress()
				: ((MessageDuctChild) duct).connectAddress();
		return Tags.of("duct", duct.name(), "role", parent ? "parent" : "child", "transport", address.transport());
	}

	/**
	 * The meters of one duct.
	 */
	private record Binding(MeterRegistry registry, MessageDuct duct, Tags tags) {

		void bindAll() {
			counter("ductworks.messages", "Messages", null, this.tags.and("direction", "in"),
					DuctStatistics::messagesReceived);
			counter("ductworks.messages", "Messages", null, this.tags.and("direction", "out"),
					DuctStatistics::messagesSent);
			counter("ductworks.message.bytes", "Payload bytes of messages", "bytes", this.tags.and("direction", "in"),
					DuctStatistics::bytesReceived);
			counter("ductworks.message.bytes", "Payload bytes of messages", "bytes", this.tags.and("direction", "out"),
					DuctStatistics::bytesSent);
			counter("ductworks.messages.unsent", "Accepted messages that were lost with their connection", null,
					this.tags, DuctStatistics::messagesUnsent);
			counter("ductworks.messages.unhandled", "Messages that came and were neither handled nor received", null,
					this.tags, DuctStatistics::messagesUnhandled);
			gauge("ductworks.connections", "Open connections", null, DuctStatistics::connections);
			counter("ductworks.connections.opened", "Connections that were opened", null, this.tags,
					DuctStatistics::connectionsOpened);
			for (CloseReason reason : CloseReason.values()) {
				counter("ductworks.connections.closed", "Connections that ended or were refused", null,
						this.tags.and("reason", reason.tag()), (statistics) -> statistics.connectionsClosed(reason));
			}
			gauge("ductworks.outbound.pending", "Bytes that wait to be written", "bytes",
					DuctStatistics::outboundPending);
			for (RequestOutcome outcome : RequestOutcome.values()) {
				FunctionTimer
					.builder("ductworks.request", this.duct.statistics(), (statistics) -> statistics.requests(outcome),
							(statistics) -> statistics.requestNanos(outcome), TimeUnit.NANOSECONDS)
					.description("Requests that were sent")
					.tags(this.tags.and("outcome", outcome.tag()))
					.register(this.registry);
			}
		}

		void bindAttempts() {
			counter("ductworks.connect.attempts", "Attempts to connect", null, this.tags.and("outcome", "success"),
					DuctStatistics::connectsSucceeded);
			counter("ductworks.connect.attempts", "Attempts to connect", null, this.tags.and("outcome", "failure"),
					DuctStatistics::connectsFailed);
		}

		private void counter(String name, String description, @Nullable String unit, Tags tags,
				ToDoubleFunction<DuctStatistics> figure) {
			FunctionCounter.builder(name, this.duct.statistics(), figure)
				.description(description)
				.baseUnit(unit)
				.tags(tags)
				.register(this.registry);
		}

		private void gauge(String name, String description, @Nullable String unit,
				ToDoubleFunction<DuctStatistics> figure) {
			Gauge.builder(name, this.duct.statistics(), figure)
				.description(description)
				.baseUnit(unit)
				.tags(this.tags)
				.register(this.registry);
		}

	}

}
