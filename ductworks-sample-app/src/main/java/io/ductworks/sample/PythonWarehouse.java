package io.ductworks.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.ductworks.message.MessageDuctParent;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Profile;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;

/**
 * Runs the warehouse that is written in Python as a process of its own.
 */
@Component
@Profile("python")
class PythonWarehouse implements SmartLifecycle {

	private final List<MessageDuctParent> ducts;

	private final String script;

	private @Nullable Process process;

	PythonWarehouse(List<MessageDuctParent> ducts, @Value("classpath:warehouse.py") Resource script)
			throws IOException {
		this.ducts = ducts;
		this.script = script.getContentAsString(StandardCharsets.UTF_8);
	}

	@Override
	public void start() {
		try {
			List<String> command = new ArrayList<>(List.of("python3", "-c", this.script));
			this.ducts.forEach((duct) -> command.add(duct.listenerAddress().toString()));
			this.process = new ProcessBuilder(command).inheritIO().start();
		}
		catch (IOException ex) {
			throw new IllegalStateException("The profile 'python' needs python3 on the path", ex);
		}
	}

	@Override
	public void stop() {
		Process process = this.process;
		if (process != null) {
			process.destroy();
			this.process = null;
		}
	}

	@Override
	public boolean isRunning() {
		return this.process != null;
	}

}
