package io.ductworks.spring.boot.metrics;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

import io.ductworks.CloseReason;
import io.ductworks.message.DuctStatistics;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.RequestOutcome;
import io.ductworks.message.RequestRecorder;
import io.ductworks.spring.DuctLabels;
import io.ductworks.spring.DuctRegistry;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;

/**
 * Meters of all configured ducts. Requests are timed one by one; the others read the
 * ducts' statistics when they are asked, so that traffic costs nothing more. All tags are
 * of closed sets, none is an address. What was added to a registry is taken out again
 * when the context closes. Thread-safe.
 */
public final class DuctMeters implements MeterBinder, DisposableBean {

	private final DuctRegistry ducts;

	private final Map<MeterRegistry, Bound> bound = new ConcurrentHashMap<>();

	/**
	 * Creates the meters of the ducts of a registry.
	 * @param ducts the ducts
	 */
	public DuctMeters(DuctRegistry ducts) {
		this.ducts = ducts;
	}

	/**
	 * Adds the meters to a registry, unless it has them.
	 */
	@Override
	public void bindTo(MeterRegistry registry) {
		this.bound.computeIfAbsent(registry, this::bind);
	}

	private Bound bind(MeterRegistry registry) {
		OwnMeters meters = new OwnMeters(registry);
		OwnMeters.Adding adding = meters.adding();
		List<Recording> recordings = new ArrayList<>();
		for (MessageDuctParent parent : this.ducts.parents().values()) {
			recordings.add(new Binding(adding, parent, tags(parent)).bindAll());
		}
		for (MessageDuctChild child : this.ducts.children().values()) {
			Binding binding = new Binding(adding, child, tags(child));
			recordings.add(binding.bindAll());
			binding.bindAttempts();
		}
		return new Bound(meters, recordings);
	}

	@Override
	public void destroy() {
		this.bound.values().forEach(Bound::release);
		this.bound.clear();
	}

	static Tags tags(DuctLabels labels) {
		return Tags.of("duct", labels.duct(), "role", labels.role(), "transport", labels.transport());
	}

	private static Tags tags(MessageDuct duct) {
		return tags(DuctLabels.of(duct));
	}

	/**
	 * What one registry has of the ducts.
	 */
	private record Bound(OwnMeters meters, List<Recording> recordings) {

		void release() {
			this.recordings.forEach(Recording::end);
			this.meters.removeAll();
		}

	}

	/**
	 * A duct whose requests are recorded.
	 */
	private record Recording(DuctStatistics statistics, RequestRecorder recorder) {

		static Recording begin(DuctStatistics statistics, RequestRecorder recorder) {
			statistics.addRecorder(recorder);
			return new Recording(statistics, recorder);
		}

		void end() {
			this.statistics.removeRecorder(this.recorder);
		}

	}

	/**
	 * The meters of one duct.
	 */
	private record Binding(OwnMeters.Adding adding, MessageDuct duct, Tags tags) {

		Recording bindAll() {
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
			counter("ductworks.answers.unmatched", "Answers that came for no request", null, this.tags,
					DuctStatistics::answersUnmatched);
			gauge("ductworks.connections", "Open connections", null, DuctStatistics::connections);
			counter("ductworks.connections.opened", "Connections that were opened", null, this.tags,
					DuctStatistics::connectionsOpened);
			for (CloseReason reason : CloseReason.values()) {
				counter("ductworks.connections.closed", "Connections that ended or were refused", null,
						this.tags.and("reason", reason.tag()), (statistics) -> statistics.connectionsClosed(reason));
			}
			gauge("ductworks.outbound.pending", "Bytes that wait to be written", "bytes",
					DuctStatistics::outboundPending);
			return Recording.begin(this.duct.statistics(), requestTimers());
		}

		void bindAttempts() {
			counter("ductworks.connect.attempts", "Attempts to connect", null, this.tags.and("outcome", "success"),
					DuctStatistics::connectsSucceeded);
			counter("ductworks.connect.attempts", "Attempts to connect", null, this.tags.and("outcome", "failure"),
					DuctStatistics::connectsFailed);
		}

		private RequestRecorder requestTimers() {
			Map<RequestOutcome, Timer> timers = new EnumMap<>(RequestOutcome.class);
			for (RequestOutcome outcome : RequestOutcome.values()) {
				Timer.Builder timer = Timer.builder("ductworks.request")
					.description("Requests that were sent")
					.tags(this.tags.and("outcome", outcome.tag()));
				timers.put(outcome, this.adding.add(timer::register));
			}
			return (outcome, nanos) -> Objects.requireNonNull(timers.get(outcome)).record(nanos, TimeUnit.NANOSECONDS);
		}

		private void counter(String name, String description, @Nullable String unit, Tags tags,
				ToDoubleFunction<DuctStatistics> figure) {
			FunctionCounter.Builder<DuctStatistics> counter = FunctionCounter
				.builder(name, this.duct.statistics(), figure)
				.description(description)
				.baseUnit(unit)
				.tags(tags);
			this.adding.add(counter::register);
		}

		private void gauge(String name, String description, @Nullable String unit,
				ToDoubleFunction<DuctStatistics> figure) {
			Gauge.Builder<DuctStatistics> gauge = Gauge.builder(name, this.duct.statistics(), figure)
				.description(description)
				.baseUnit(unit)
				.tags(this.tags);
			this.adding.add(gauge::register);
		}

	}

}
