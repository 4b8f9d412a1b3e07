package io.ductworks.trials;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Assumptions;

/**
 * A network namespace for the other side of a trial, joined to that of this process by a
 * pair of virtual Ethernet devices. Whatever is done to the network is done in there.
 */
final class Namespace implements AutoCloseable {

	private static final AtomicInteger created = new AtomicInteger();

	private static final Pattern PACKETS = Pattern.compile("counter packets (\\d+)");

	private final String name;

	private final String device;

	/** Three numbers of the network 198.18.0.0/15, which is for tests of networks. */
	private final String network;

	private Namespace(String name, String device, String network) {
		this.name = name;
		this.device = device;
		this.network = network;
	}

	static Namespace open() throws IOException {
		Machine.needRoot();
		Machine.need("ip", "iproute2");
		Machine.need("nft", "nftables");
		int number = created.getAndIncrement();
		long pid = ProcessHandle.current().pid() % 1_000_000;
		Namespace namespace = new Namespace("duct" + pid + "n" + number, "d" + pid + "n" + number, freeNetwork(number));
		try {
			Machine.run("ip", "netns", "add", namespace.name);
		}
		catch (IOException ex) {
			Assumptions.abort("needs the right to make network namespaces: " + ex.getMessage());
		}
		try {
			namespace.join();
			return namespace;
		}
		catch (IOException | RuntimeException ex) {
			namespace.close();
			throw ex;
		}
	}

	/**
	 * A network that this machine knows nothing of.
	 */
	private static String freeNetwork(int number) throws IOException {
		String known = Machine.run("ip", "route", "show", "table", "all");
		long first = ProcessHandle.current().pid() + number;
		for (long i = first; i < first + 256; i++) {
			String network = "198.18." + i % 256;
			if (!known.contains(network + ".")) {
				return network;
			}
		}
		throw new IOException("no network is free: " + known);
	}

	private void join() throws IOException {
		Machine.run("ip", "link", "add", this.device, "type", "veth", "peer", "name", "eth0", "netns", this.name);
		Machine.run("ip", "address", "add", here() + "/30", "dev", this.device);
		Machine.run("ip", "link", "set", this.device, "up");
		run("ip", "address", "add", there() + "/30", "dev", "eth0");
		run("ip", "link", "set", "lo", "up");
		run("ip", "link", "set", "eth0", "up");
	}

	/**
	 * The address of this side.
	 */
	String here() {
		return this.network + ".1";
	}

	/**
	 * The address of the side in the namespace.
	 */
	String there() {
		return this.network + ".2";
	}

	/**
	 * What has a program run in the namespace.
	 */
	String[] prefix() {
		return new String[] { "ip", "netns", "exec", this.name };
	}

	/**
	 * Runs a program in the namespace.
	 */
	String run(String... command) throws IOException {
		String[] whole = new String[4 + command.length];
		System.arraycopy(prefix(), 0, whole, 0, 4);
		System.arraycopy(command, 0, whole, 4, command.length);
		return Machine.run(whole);
	}

	/**
	 * A parent in the namespace that sends every message back.
	 */
	PeerProcess.Launch parent() {
		return PeerProcess.launch("parent", "tcp://" + there() + ":0").under(prefix());
	}

	/**
	 * Drops packets without a word, in place of those dropped before.
	 * @param which such as {@code drop} for all
	 * @param hooks {@code input} for what comes to the namespace, {@code output} for what
	 * leaves it
	 */
	void filter(String which, String... hooks) throws IOException {
		StringBuilder rules = new StringBuilder("flush ruleset; add table inet trial { ");
		for (String hook : hooks) {
			rules.append("chain ")
				.append(hook)
				.append(" { type filter hook ")
				.append(hook)
				.append(" priority 0; policy accept; ")
				.append(which)
				.append("; }; ");
		}
		run("nft", rules.append("}").toString());
	}

	/**
	 * Lets all packets pass again.
	 */
	void heal() throws IOException {
		run("nft", "flush ruleset");
	}

	/**
	 * How many packets the rules have counted.
	 */
	long counted() throws IOException {
		Matcher matcher = PACKETS.matcher(run("nft", "list", "ruleset"));
		long packets = 0;
		while (matcher.find()) {
			packets += Long.parseLong(matcher.group(1));
		}
		return packets;
	}

	@Override
	public void close() throws IOException {
		try {
			// The other end goes with it.
			Machine.run("ip", "link", "delete", this.device);
		}
		finally {
			Machine.run("ip", "netns", "delete", this.name);
		}
	}

}
