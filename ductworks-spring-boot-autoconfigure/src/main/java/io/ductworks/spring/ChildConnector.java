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

import org.springframework.util.backoff.BackOff;

/**
 * Connects children in the background, and again whenever they have lost their
 * connection. It has to observe the children that it connects. Thread-safe.
 */
public final class ChildConnector implements DuctObserver {

	private static final Logger logger = LoggerFactory.getLogger(ChildConnector.class);

	private final Function<String, BackOff> backOffs;

	private final Map<MessageDuct, ConnectTask> tasks = new ConcurrentHashMap<>();

	/**
	 * Creates a connector.
	 * @param backOffs the pauses between the attempts of a child, by its name
	 */
	public ChildConnector(Function<String, BackOff> backOffs) {
		this.backOffs = backOffs;
	}

	/**
	 * Starts to connect a child, until {@link #stop}.
	 */
	void start(MessageDuctChild child) {
		ConnectTask task = new ConnectTask(child, this.backOffs.apply(child.name()));
		this.tasks.put(child, task);
		task.connect();
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
			task.connect();
		}
	}

}
