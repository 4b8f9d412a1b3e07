package io.ductworks.spring;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.ductworks.CloseReason;
import io.ductworks.message.DuctObserver;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects children in the background, and again whenever they have lost their
 * connection. It has to observe the children that it connects. Thread-safe.
 */
public final class ChildConnector implements DuctObserver {

	private static final Logger logger = LoggerFactory.getLogger(ChildConnector.class);

	private final Function<String, ConnectSettings> settings;

	private final Map<MessageDuct, ConnectTask> tasks = new ConcurrentHashMap<>();

	/**
	 * Creates a connector.
	 * @param settings how a child is connected, by its name
	 */
	public ChildConnector(Function<String, ConnectSettings> settings) {
		this.settings = settings;
	}

	/**
	 * Starts to connect a child, until {@link #stop}.
	 */
	void start(MessageDuctChild child) {
		ConnectTask task = new ConnectTask(child, this.settings.apply(child.name()));
		this.tasks.put(child, task);
		task.start();
	}

	/**
	 * Waits for a child's first connection, if the start of the application is to.
	 * @throws DuctSetupException if it is to fail without
	 */
	void awaitStartup(MessageDuctChild child) {
		ConnectTask task = this.tasks.get(child);
		if (task != null) {
			task.awaitStartup();
		}
	}

	/**
	 * Stops to connect a child, at once and for good.
	 */
	void stop(MessageDuctChild child) {
		ConnectTask task = this.tasks.remove(child);
		if (task != null) {
			task.stop();
		}
	}

	@Override
	public void disconnected(MessageDuct duct, CloseReason reason, int unsent) {
		ConnectTask task = this.tasks.get(duct);
		if (task != null) {
			logger.info("{} lost its connection: {}; connecting again", duct, reason.tag());
			task.lost();
		}
	}

}
