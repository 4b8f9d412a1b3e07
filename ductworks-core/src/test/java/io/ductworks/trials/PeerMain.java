package io.ductworks.trials;

import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.ductworks.CloseReason;
import io.ductworks.CommunicationFaultException;
import io.ductworks.DuctworksException;
import io.ductworks.message.Accept;
import io.ductworks.message.DuctBuilder;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.DuctObserver;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import org.jspecify.annotations.Nullable;

/**
 * What runs in a {@link PeerProcess}: a parent or a child that sends every message back,
 * prints what happens to it, and does what lines of its standard input say.
 */
final class PeerMain {

	static final String READY = "ready";

	/** A parent that gets this and a number waits so many milliseconds first. */
	static final String PAUSE = "pause:";

	private final Map<String, String> settings;

	private final String address;

	private volatile @Nullable MessageDuct duct;

	private PeerMain(String address, Map<String, String> settings) {
		this.address = address;
		this.settings = settings;
	}

	/**
	 * The process itself.
	 * @param arguments the role, the address and settings
	 */
	public static void main(String[] arguments) throws IOException {
		PeerMain peer = new PeerMain(arguments[1],
				Stream.of(arguments)
					.skip(2)
					.map((setting) -> setting.split("=", 2))
					.collect(Collectors.toMap((setting) -> setting[0], (setting) -> setting[1])));
		Thread serving = new Thread(() -> peer.serve(arguments[0]), "serving");
		serving.setDaemon(true);
		serving.setUncaughtExceptionHandler((thread, ex) -> {
			say("failed: " + ex);
			Runtime.getRuntime().halt(1);
		});
		serving.start();
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = input.readLine(); line != null; line = input.readLine()) {
			peer.command(line);
		}
		Runtime.getRuntime().halt(0);
	}

	private static void say(String line) {
		System.out.println(line);
	}

	private void serve(String role) {
		switch (role) {
			case "parent" -> say(READY + " " + bind().listenerAddress());
			case "idle" -> say(READY);
			case "starved" -> serveStarved();
			case "sender" -> sendNumbers();
			default -> serveAsChild();
		}
	}

	private void command(String command) {
		MessageDuct duct = this.duct;
		switch (command) {
			case "bind" -> {
				try {
					bind();
					say("bound");
				}
				catch (CommunicationFaultException ex) {
					say("not bound: " + ex.getMessage());
				}
			}
			case "close" -> {
				if (duct != null) {
					duct.close();
				}
				say("given up");
			}
			default -> say((duct != null) ? "pending=" + duct.statistics().outboundPending() + " received="
					+ duct.statistics().messagesReceived() : "no duct");
		}
	}

	private MessageDuctParent bind() {
		MessageDuctParent.Builder builder = MessageDuctParent.builder()
			.address(this.address)
			.accept(Accept.MANY)
			.allowPlaintext(true)
			.handler(PeerMain::sendBack);
		set("permissions", Function.identity(), builder::permissions);
		MessageDuctParent parent = configured(builder).build();
		this.duct = parent;
		parent.bind();
		return parent;
	}

	private static void sendBack(MessageDuct from, DuctMessage message) {
		Object payload = message.as(Object.class);
		if (payload instanceof String text && text.startsWith(PAUSE)) {
			long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(text.substring(PAUSE.length())));
			long end = System.nanoTime() + nanos;
			say("pausing");
			while (end - System.nanoTime() > 0) {
				LockSupport.parkNanos(end - System.nanoTime());
			}
		}
		from.send(payload);
	}

	/**
	 * A child that sends 0, 1, 2 … as fast as it can, until it is killed.
	 */
	private void sendNumbers() {
		MessageDuctChild child = configured(MessageDuctChild.builder().address(this.address)).build();
		child.connect();
		say(READY);
		for (int i = 0;; i++) {
			child.send(i);
		}
	}

	private void serveAsChild() {
		boolean ready = false;
		while (true) {
			try (MessageDuctChild child = configured(
					MessageDuctChild.builder().address(this.address).timeout(Duration.ofMinutes(10)))
				.build()) {
				this.duct = child;
				child.connect();
				if (!ready) {
					say(READY);
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

	/**
	 * A child that tries to connect with none, one, two … file descriptors left, and
	 * another that is connected and asks with none.
	 */
	private void serveStarved() {
		MessageDuctChild child = configured(MessageDuctChild.builder().address(this.address)).build();
		this.duct = child;
		// What the JDK loads at its first use takes descriptors too.
		child.connect();
		child.request("first", Object.class);
		child.close();
		tryToConnect(configured(MessageDuctChild.builder().address("unix:/does/not/exist")).build(), "without parent");
		askStarved();
		int before = descriptors();
		for (int left = 0; left < 8; left++) {
			List<FileInputStream> held = new ArrayList<>();
			try {
				hold(held);
				for (int i = 0; i < left; i++) {
					held.remove(held.size() - 1).close();
				}
				tryToConnect(child, left + " left");
			}
			catch (IOException ex) {
				say("broke: " + ex);
			}
			finally {
				held.forEach(PeerMain::release);
			}
		}
		say("descriptors " + (descriptors() - before) + " more than before");
		child.connect();
		child.request("last", Object.class);
		say(READY);
	}

	private void askStarved() {
		List<FileInputStream> held = new ArrayList<>();
		try (MessageDuctChild child = configured(MessageDuctChild.builder().address(this.address)).build()) {
			child.connect();
			child.request("busy", Object.class);
			int busy = descriptors();
			long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
			while (descriptors() >= busy && end - System.nanoTime() > 0) {
				// Until it has given back what it waited with, if it had to wait.
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
			}
			hold(held);
			say("connected: " + child.request("answered with none left", String.class));
		}
		catch (DuctworksException ex) {
			say("connected: broke: " + ex);
		}
		finally {
			held.forEach(PeerMain::release);
		}
	}

	private static void hold(List<FileInputStream> held) {
		try {
			while (true) {
				held.add(new FileInputStream("/dev/null"));
			}
		}
		catch (IOException ex) {
			// No more.
		}
	}

	private static void release(FileInputStream stream) {
		try {
			stream.close();
		}
		catch (IOException ex) {
			say("broke: " + ex);
		}
	}

	private static void tryToConnect(MessageDuctChild child, String when) {
		try (child) {
			child.connectOnce();
			child.request(when, Object.class);
			say(when + ": connected");
		}
		catch (DuctworksException ex) {
			say(when + ": refused: " + ex.getClass().getSimpleName() + ": " + ex.getMessage());
		}
		catch (Throwable ex) {
			say(when + ": broke: " + ex);
		}
	}

	private static int descriptors() {
		String[] descriptors = Path.of("/proc/self/fd").toFile().list();
		return (descriptors != null) ? descriptors.length : -1;
	}

	private <B extends DuctBuilder<B>> B configured(B builder) {
		set("maxFrameSize", Integer::valueOf, builder::maxFrameSize);
		set("connectTimeout", PeerMain::millis, builder::connectTimeout);
		set("frameTimeout", PeerMain::millis, builder::frameTimeout);
		set("sendTimeout", PeerMain::millis, builder::sendTimeout);
		set("allowedUsers", Function.identity(), builder::allowedUsers);
		return this.settings.containsKey("unobserved") ? builder : builder.observer(new Printer());
	}

	private <T> void set(String name, Function<String, T> reading, Consumer<T> setting) {
		String value = this.settings.get(name);
		if (value != null) {
			setting.accept(reading.apply(value));
		}
	}

	private static Duration millis(String value) {
		return Duration.ofMillis(Long.parseLong(value));
	}

	/**
	 * Prints what happens.
	 */
	private static final class Printer implements DuctObserver {

		@Override
		public void connected(MessageDuct duct, MessageDuct connection) {
			say("connected " + connection.peer());
		}

		@Override
		public void disconnected(MessageDuct duct, @Nullable MessageDuct connection, CloseReason reason, int unsent) {
			say("disconnected " + reason.tag());
		}

		@Override
		public void connectFailed(MessageDuct duct, Exception failure) {
			say("connect failed: " + failure.getMessage());
		}

	}

}
