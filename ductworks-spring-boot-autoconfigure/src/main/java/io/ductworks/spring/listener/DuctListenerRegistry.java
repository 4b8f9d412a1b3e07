package io.ductworks.spring.listener;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentSkipListMap;

import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.lifecycle.DispatchObserver;
import org.jspecify.annotations.Nullable;

/**
 * All listeners by their ids, to start, stop, pause and resume one of them while the
 * application runs, and to add and remove some. It has those of beans once all singletons
 * are there. Thread-safe.
 */
public final class DuctListenerRegistry implements DispatchObserver {

	private final Map<String, RegisteredListener> listeners = new ConcurrentSkipListMap<>();

	private volatile @Nullable ListenerRegistration registration;

	/**
	 * Creates a registry without listeners.
	 */
	public DuctListenerRegistry() {
	}

	/**
	 * Takes listeners from now on.
	 */
	void open(ListenerRegistration registration) {
		this.registration = registration;
	}

	void add(RegisteredListener listener) {
		this.listeners.put(listener.id(), listener);
	}

	void remove(RegisteredListener listener) {
		this.listeners.remove(listener.id(), listener);
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

	boolean has(String id) {
		return this.listeners.containsKey(id);
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

	/**
	 * Has the {@link DuctListener} methods of an object take messages from now on, as if
	 * it were a bean. Interceptors, exception handlers and validation apply as to beans.
	 * A duct that is open takes them only if it had a listener when it opened; a bare one
	 * takes a method with a result only if one of those had a result. A method without an
	 * id whose default id is taken has its duct and route behind it.
	 * @param object the object, or a proxy of it
	 * @return its listeners, which run unless {@linkplain DuctListener#autoStartup()
	 * annotated otherwise}
	 * @throws DuctSetupException if one of them cannot work, also if another listener
	 * takes the same messages or has the same id; none is registered then
	 * @throws IllegalArgumentException if no method of it is annotated
	 * @throws IllegalStateException if not all singletons of the context are there yet
	 */
	public List<RegisteredListener> register(Object object) {
		ListenerBean bean = ListenerSearch.in(object);
		if (bean.methods().isEmpty() && bean.annotations().isEmpty()) {
			throw new IllegalArgumentException(
					"No method of " + bean.type().getName() + " is annotated with @DuctListener");
		}
		ListenerRegistration registration = this.registration;
		if (registration == null) {
			throw new IllegalStateException(
					"Listeners cannot be registered before all singletons are there; let a bean have the "
							+ "@DuctListener methods, or register later");
		}
		return registration.register(List.of(bean));
	}

	/**
	 * Lets a listener take no more messages, be it of a bean or registered later. What it
	 * is handling goes on; messages that wait since it was paused are refused as by
	 * {@link RegisteredListener#stop()}. What comes for it afterwards goes to the
	 * listener of its duct that has no method or type, else is not found. Its id and its
	 * route may be taken again.
	 * @param id its id
	 * @return the listener, which is stopped
	 * @throws NoSuchElementException if there is none of that id; the message says which
	 * there are
	 */
	public RegisteredListener unregister(String id) {
		RegisteredListener listener = get(id);
		ListenerRegistration registration = this.registration;
		if (registration == null || !registration.unregister(listener)) {
			throw new NoSuchElementException("There is no listener '" + id + "' any more");
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
