package io.ductworks.spring.listener;

import java.util.List;

/**
 * Tells several recorders the same.
 */
record ListenerRecorders(List<ListenerRecorder> all) implements ListenerRecorder {

	@Override
	public void registered(String duct, String listener) {
		this.all.forEach((recorder) -> recorder.registered(duct, listener));
	}

	@Override
	public void record(String duct, String listener, ListenerOutcome outcome, long nanos) {
		this.all.forEach((recorder) -> recorder.record(duct, listener, outcome, nanos));
	}

}
