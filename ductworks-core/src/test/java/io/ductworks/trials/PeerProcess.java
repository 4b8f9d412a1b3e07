package io.ductworks.trials;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.ductworks.CommunicationFaultException;
import io.ductworks.DuctworksException;
import io.ductworks.message.Accept;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;

/**
 * The other side of a trial in a process of its own, which can be killed, stopped and
 * continued. It ends with this one, since its standard input does.
 */
final class PeerProcess implements AutoCloseable {

	private static final String READY = "ready";

	private final Process process;

	private PeerProcess(Process process) {
		this.process = process;
	}

	/**
	 * Starts a parent that sends every message back, and waits until it listens.
	 */
	static PeerProcess parent(String address) throws IOException {
		return start("parent", address);
	}

	/**
	 * Starts a child that sends every message back, and waits until it is connected.
	 */
	static PeerProcess child(String address) throws IOException {
		return start("child", address);
	}

	private static PeerProcess start(String role, String address) throws IOException {
		Process process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx64m", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				PeerProcess.class.getName(), role, address))
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		PeerProcess peer = new PeerProcess(process);
		BufferedReader output = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
		String line = output.readLine();
		while (line != null && !line.equals(READY)) {
			line = output.readLine();
		}
		if (line == null) {
			peer.close();
			throw new IOException("the " + role + " at " + address + " ended before it was ready");
		}
		return peer;
	}

	void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	void stop() throws IOException, InterruptedException {
		signal("STOP");
	}

	void resume() throws IOException, InterruptedException {
		signal("CONT");
	}

	private void signal(String signal) throws IOException, InterruptedException {
		Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(this.process.pid())).inheritIO().start();
		if (kill.waitFor() != 0) {
			throw new IOException("cannot send " + signal + " to " + this.process.pid());
		}
	}

	@Override
	public void close() {
		try {
			this.process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
			this.process.getInputStream().close();
			this.process.getOutputStream().close();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (IOException ex) {
			// It is gone all the same.
		}
	}

	/**
	 * The process itself.
	 * @param arguments the role and the address
	 */
	public static void main(String[] arguments) throws IOException {
		Thread serving = new Thread(() -> {
			if (arguments[0].equals("parent")) {
				serveAsParent(arguments[1]);
			}
			else {
				serveAsChild(arguments[1]);
			}
		}, "serving");
		serving.setDaemon(true);
		serving.start();
		while (System.in.read() >= 0) {
			continue;
		}
		Runtime.getRuntime().halt(0);
	}

	private static void serveAsParent(String address) {
		MessageDuctParent parent = MessageDuctParent.builder()
			.address(address)
			.accept(Accept.MANY)
			.handler((from, message) -> from.send(message.as(Object.class)))
			.build();
		parent.bind();
		System.out.println(READY);
	}

	private static void serveAsChild(String address) {
		boolean ready = false;
		while (true) {
			try (MessageDuctChild child = MessageDuctChild.builder()
				.address(address)
				.timeout(Duration.ofMinutes(10))
				.build()) {
				child.connect();
				if (!ready) {
					System.out.println(READY);
					ready = true;
				}
				while (true) {
					child.send(child.recv());
				}
			}
			catch (CommunicationFaultException ex) {
				throw ex;
			}
			catch (DuctworksException ex) {
				// Connects again.
			}
		}
	}

}
