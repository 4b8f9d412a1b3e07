package io.ductworks.benchmarks.integration;

import io.ductworks.benchmarks.Payloads;
import io.ductworks.benchmarks.Service;
import org.jspecify.annotations.Nullable;

import org.springframework.integration.handler.AbstractReplyProducingMessageHandler;
import org.springframework.messaging.Message;

/**
 * Has the service handle what arrived, on the thread that read it.
 */
class ServiceMessageHandler extends AbstractReplyProducingMessageHandler {

	private final Service service;

	private final Payloads payloads;

	ServiceMessageHandler(Service service, Payloads payloads) {
		this.service = service;
		this.payloads = payloads;
	}

	@Override
	protected @Nullable Object handleRequestMessage(Message<?> message) {
		Object answer = this.service.handle(this.payloads.read((byte[]) message.getPayload()));
		return (answer != null) ? this.payloads.write(answer) : null;
	}

}
