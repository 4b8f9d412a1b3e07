package io.ductworks.spring.listener;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentSkipListMap;

import io.ductworks.spring.lifecycle.DispatchObserver;

/**
 * All listeners by their ids, to start, stop, pause and resume one of them while the
 * application runs. It has them once all singletons are there. Thread-safe.
 */
public final class DuctListenerRegistry implements DispatchObserver {

	private final Map<String, RegisteredListener> listeners = new ConcurrentSkipListMap<>();

	/**
	 * Creates a registry without listeners.
	 */
	public DuctListenerRegistry() {
	}

	void add(RegisteredListener listener) {
		this.listeners.put(listener.id(), listener);
	}

	/**
	 * The ids of all listeners, sorted.
	 * @return the ids
	 */
	public List<String> ids() {
		return List.copyOf(this.listeners.keySet());
	}

	/**
	 * All listeners, sorted by their ids.
	 * @return the listeners
	 */
	public Collection<RegisteredListener> listeners() {
		return List.copyOf(this.listeners.values());
	}

	/**
	 * Finds a listener.
	 * @param id its id, as in {@link DuctListener#id()}
	 * @return the listener
	 * @throws NoSuchElementException if there is none of that id; the message says which
	 * there are
	 */
	public RegisteredListener get(String id) {
		RegisteredListener listener = this.listeners.get(id);
		if (listener == null) {
			throw new NoSuchElementException("There is no listener '" + id + "', only " + this.listeners.keySet());
		}
		return listener;
	}

	@Override
	public void starting() {
		this.listeners.values().forEach(RegisteredListener::starting);
	}

	@Override
	public void draining() {
		this.listeners.values().forEach(RegisteredListener::draining);
	}

}
