package io.ductworks.benchmarks.integration;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHandler;

/**
 * The answers that came back through a channel adapter, for one thread that waits.
 */
class Replies implements MessageHandler {

	private final BlockingQueue<byte[]> payloads = new LinkedBlockingQueue<>();

	@Override
	public void handleMessage(Message<?> message) {
		this.payloads.add((byte[]) message.getPayload());
	}

	byte[] take() throws InterruptedException {
		return this.payloads.take();
	}

}
