package io.ductworks.spring.lifecycle;

import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.ductworks.CommunicationFaultException;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.DuctSetupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.SimpleAsyncTaskExecutor;

/**
 * Opens all ducts before executors and the web server start, and closes them after these
 * have stopped: parents bind and listen, children begin to connect. Nothing is handed to
 * a handler before {@link DuctDispatchLifecycle} has started. Stopping and starting again
 * works any number of times.
 */
public final class DuctTransportLifecycle implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(DuctTransportLifecycle.class);

	private static final int PHASE = Integer.MAX_VALUE / 2 - 1024;

	private final DuctRegistry registry;

	private final ChildStartup startup;

	private volatile boolean running;

	/**
	 * Creates the life cycle of all ducts of a registry.
	 * @param registry the ducts
	 * @param startup connects the children, and perhaps waits for them
	 */
	public DuctTransportLifecycle(DuctRegistry registry, ChildStartup startup) {
		this.registry = registry;
		this.startup = startup;
	}

	@Override
	public void start() {
		this.running = true;
		try {
			this.registry.parents().forEach((name, parent) -> {
				parent.suspend();
				bind(name, parent);
			});
			this.registry.children().values().forEach(MessageDuctChild::suspend);
			this.startup.connect(this.registry.children());
		}
		catch (RuntimeException | Error ex) {
			// Such as no thread.
			stop();
			throw ex;
		}
	}

	private static void bind(String name, MessageDuctParent parent) {
		try {
			parent.bind();
			logger.info("Duct '{}' listens at {}", name, parent.listenerAddress());
		}
		catch (CommunicationFaultException ex) {
			throw new DuctSetupException(ex.getMessage() + ".", BindAdvice.of(ex, "ductworks.parent." + name), ex);
		}
	}

	/**
	 * Closes all side by side: each may take its close time-out, and all together no
	 * longer.
	 */
	@Override
	public void stop() {
		try (SimpleAsyncTaskExecutor closing = new SimpleAsyncTaskExecutor("duct-close-")) {
			CompletableFuture
				.allOf(Stream
					.concat(this.registry.children().values().stream().map((child) -> (Runnable) child::close),
							this.registry.parents().values().stream().map((parent) -> (Runnable) parent::close))
					.map((close) -> closing.submitCompletable(close))
					.toArray(CompletableFuture<?>[]::new))
				.join();
		}
		finally {
			this.running = false;
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
