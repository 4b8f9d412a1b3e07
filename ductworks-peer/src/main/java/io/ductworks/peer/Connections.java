package io.ductworks.peer;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The connections that a peer has had, and how long they wait.
 */
final class Connections implements Closeable {

	private final List<Exchange> exchanges = new ArrayList<>();

	private final Holds holds = new Holds();

	private Duration timeout = Duration.ofSeconds(10);

	private boolean closed;

	Holds holds() {
		return this.holds;
	}

	synchronized Duration timeout() {
		return this.timeout;
	}

	synchronized void timeout(Duration timeout) {
		this.timeout = timeout;
		this.exchanges.forEach((exchange) -> exchange.timeout(timeout));
	}

	/**
	 * Takes a new connection, and closes it if the others are closed.
	 */
	synchronized Exchange add(PeerTransport transport) {
		Exchange exchange = new Exchange(this.exchanges.size() + 1, transport, this.holds, this.timeout);
		this.exchanges.add(exchange);
		notifyAll();
		if (this.closed) {
			try {
				exchange.close();
			}
			catch (IOException ex) {
				// Nobody uses it.
			}
		}
		return exchange;
	}

	/**
	 * Waits for a connection.
	 * @param number which one, from 1
	 */
	synchronized Exchange get(int number) {
		Deadline deadline = Deadline.in(this.timeout);
		try {
			if (!deadline.await(this, () -> this.closed || this.exchanges.size() >= number)) {
				throw new AssertionError(
						"No connection " + number + " has come " + deadline + ", only " + this.exchanges.size());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while waiting for connection " + number, ex);
		}
		if (this.exchanges.size() < number) {
			throw new IllegalStateException("The peer is closed, and has had no connection " + number);
		}
		return this.exchanges.get(number - 1);
	}

	@Override
	public synchronized void close() throws IOException {
		this.closed = true;
		notifyAll();
		for (Exchange exchange : this.exchanges) {
			exchange.close();
		}
	}

}
