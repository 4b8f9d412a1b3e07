package io.ductworks.message;

import io.ductworks.message.DuctHandler.Answering;

/**
 * A handler that answers each message with its result. What it throws is answered by
 * those who call it.
 */
final class AnsweringHandler implements DuctHandler {

	private final Answering answering;

	AnsweringHandler(Answering answering) {
		this.answering = answering;
	}

	@Override
	public void handle(MessageDuct from, DuctMessage message) throws Exception {
		Object result = this.answering.answer(from, message);
		if (message.takesAnswer() && message.answer().isOpen()) {
			message.reply(result);
		}
	}

}
