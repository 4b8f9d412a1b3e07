package io.ductworks.spring.observation;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.ductworks.spring.Peers;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationView;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The observations that have ended, each as one line.
 */
final class Ended implements ObservationHandler<Observation.Context> {

	private final List<String> begun = new CopyOnWriteArrayList<>();

	private final List<String> lines = new CopyOnWriteArrayList<>();

	@Override
	public void onStart(Observation.Context context) {
		this.begun.add(describe(context));
	}

	@Override
	public void onStop(Observation.Context context) {
		this.lines.add(describe(context));
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return true;
	}

	List<String> lines() {
		return this.lines;
	}

	List<String> begun() {
		return this.begun;
	}

	/**
	 * Waits until these have ended, and no others.
	 */
	void expect(String... lines) {
		Peers.eventually().untilAsserted(() -> assertThat(this.lines).containsExactlyInAnyOrder(lines));
	}

	private static String describe(Observation.Context context) {
		Map<String, String> keys = new TreeMap<>();
		for (KeyValue key : context.getLowCardinalityKeyValues()) {
			keys.put(key.getKey(), key.getValue());
		}
		ObservationView parent = context.getParentObservation();
		Throwable error = context.getError();
		return context.getName() + " '" + context.getContextualName() + "' " + kind(context) + " " + keys
				+ ((parent != null) ? " in " + parent.getContextView().getName() : "")
				+ ((error != null) ? ": " + error.getClass().getSimpleName() : "");
	}

	private static String kind(Observation.Context context) {
		if (context instanceof SenderContext<?> sender) {
			return sender.getKind().name();
		}
		return (context instanceof ReceiverContext<?> receiver) ? receiver.getKind().name() : "";
	}

}
