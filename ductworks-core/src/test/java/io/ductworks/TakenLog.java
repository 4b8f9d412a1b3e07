package io.ductworks;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Takes what this package logs, in place of the console, until it is closed.
 */
public final class TakenLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

	private final Logger logger = (Logger) LoggerFactory.getLogger(TakenLog.class.getPackageName());

	private final Queue<ILoggingEvent> lines = new ConcurrentLinkedQueue<>();

	private final Map<String, Runnable> tasks = new ConcurrentHashMap<>();

	private volatile @Nullable Error failure;

	public TakenLog() {
		start();
		this.logger.setLevel(Level.DEBUG);
		this.logger.setAdditive(false);
		this.logger.addAppender(this);
	}

	@Override
	protected void append(ILoggingEvent line) {
		this.lines.add(line);
		this.tasks.forEach((text, task) -> {
			if (line.getFormattedMessage().contains(text)) {
				task.run();
			}
		});
		Error failure = this.failure;
		if (failure != null) {
			throw failure;
		}
	}

	/**
	 * Makes whoever logs fail from now on. Not for want of memory, of which JUnit would
	 * die.
	 */
	public TakenLog failing() {
		this.failure = new LinkageError("cannot log, says the test");
		return this;
	}

	/**
	 * Runs something on the thread that logs whenever a line contains a text.
	 */
	public TakenLog with(String text, Runnable task) {
		this.tasks.put(text, task);
		return this;
	}

	/**
	 * The lines of any level that contain a text.
	 */
	public List<ILoggingEvent> lines(String text) {
		return this.lines.stream().filter((line) -> line.getFormattedMessage().contains(text)).toList();
	}

	public List<ILoggingEvent> warnings(String text) {
		return lines(text).stream().filter((line) -> line.getLevel() == Level.WARN).toList();
	}

	@Override
	public void close() {
		this.logger.detachAppender(this);
		this.logger.setAdditive(true);
		this.logger.setLevel(null);
		stop();
	}

}
