package io.ductworks.benchmarks.integration;

import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.PayloadCodec;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.integration.core.MessagingTemplate;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.support.GenericMessage;

/**
 * The asking side.
 */
class IntegrationLink implements Link {

	private final ConfigurableApplicationContext context;

	private final MessageChannel out;

	private final MessagingTemplate template = new MessagingTemplate();

	private final Replies replies;

	private final PayloadCodec codec;

	private final boolean adapters;

	IntegrationLink(ConfigurableApplicationContext context, Replies replies, PayloadCodec codec, boolean adapters) {
		this.context = context;
		this.out = context.getBean(IntegrationContender.OUT, MessageChannel.class);
		this.replies = replies;
		this.codec = codec;
		this.adapters = adapters;
		this.template.setBeanFactory(context.getBeanFactory());
	}

	@Override
	public Object exchange(Object message) throws Exception {
		if (this.adapters) {
			send(message);
			return this.codec.read(this.replies.take());
		}
		Message<?> answer = this.template.sendAndReceive(this.out, new GenericMessage<>(this.codec.write(message)));
		if (answer == null) {
			throw new IllegalStateException("No answer in time");
		}
		return this.codec.read((byte[]) answer.getPayload());
	}

	@Override
	public void send(Object message) {
		this.out.send(new GenericMessage<>(this.codec.write(message)));
	}

	@Override
	public void close() {
		this.context.close();
	}

}
