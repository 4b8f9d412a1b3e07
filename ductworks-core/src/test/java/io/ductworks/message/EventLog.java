package io.ductworks.message;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.ductworks.Awaiting;
import io.ductworks.CloseReason;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

/**
 * Notes what an observer is told, and on which threads.
 */
class EventLog implements DuctObserver {

	private final List<String> events = new CopyOnWriteArrayList<>();

	private final List<String> threads = new CopyOnWriteArrayList<>();

	final List<String> events() {
		return List.copyOf(this.events);
	}

	final List<String> threads() {
		return List.copyOf(this.threads);
	}

	final void await(String event) {
		Awaiting.soon().until(() -> this.events.contains(event));
	}

	final void note(String event) {
		this.threads.add(Thread.currentThread().getName());
		this.events.add(event);
	}

	@Override
	public void bound(MessageDuct duct, DuctAddress address) {
		note("bound");
	}

	@Override
	public void listening(MessageDuct duct, DuctAddress address) {
		note("listening");
	}

	@Override
	public void connected(MessageDuct duct, MessageDuct connection) {
		note("connected");
	}

	@Override
	public void disconnected(MessageDuct duct, @Nullable MessageDuct connection, CloseReason reason, int unsent) {
		note("disconnected " + reason.tag());
	}

	@Override
	public void closed(MessageDuct duct) {
		note("closed");
	}

	@Override
	public void connectFailed(MessageDuct duct, Exception failure) {
		note("connectFailed");
	}

}
