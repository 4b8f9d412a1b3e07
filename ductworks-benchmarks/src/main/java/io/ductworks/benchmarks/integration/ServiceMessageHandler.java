package io.ductworks.benchmarks.integration;

import io.ductworks.benchmarks.PayloadCodec;
import io.ductworks.benchmarks.Service;
import org.jspecify.annotations.Nullable;

import org.springframework.integration.handler.AbstractReplyProducingMessageHandler;
import org.springframework.messaging.Message;

/**
 * Has the service handle what arrived, on the thread that read it.
 */
class ServiceMessageHandler extends AbstractReplyProducingMessageHandler {

	private final Service service;

	private final PayloadCodec codec;

	ServiceMessageHandler(Service service, PayloadCodec codec) {
		this.service = service;
		this.codec = codec;
	}

	@Override
	protected @Nullable Object handleRequestMessage(Message<?> message) {
		Object answer = this.service.handle(this.codec.read((byte[]) message.getPayload()));
		return (answer != null) ? this.codec.write(answer) : null;
	}

}
