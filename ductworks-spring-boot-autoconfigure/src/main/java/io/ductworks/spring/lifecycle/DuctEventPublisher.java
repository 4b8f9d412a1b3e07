package io.ductworks.spring.lifecycle;

import io.ductworks.CloseReason;
import io.ductworks.message.DuctObserver;
import io.ductworks.message.MessageDuct;
import io.ductworks.spring.DuctEvent;
import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes what happens to ducts as {@link DuctEvent}s. Stateless.
 */
public final class DuctEventPublisher implements DuctObserver {

	private final ApplicationEventPublisher publisher;

	/**
	 * Creates an observer that publishes.
	 * @param publisher where the events go
	 */
	public DuctEventPublisher(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public void bound(MessageDuct duct, DuctAddress address) {
		this.publisher.publishEvent(new DuctEvent.Bound(duct, address));
	}

	@Override
	public void listening(MessageDuct duct, DuctAddress address) {
		this.publisher.publishEvent(new DuctEvent.Listening(duct, address));
	}

	@Override
	public void connected(MessageDuct duct, MessageDuct connection) {
		this.publisher.publishEvent(new DuctEvent.Connected(duct, connection));
	}

	@Override
	public void disconnected(MessageDuct duct, @Nullable MessageDuct connection, CloseReason reason, int unsent) {
		this.publisher.publishEvent(new DuctEvent.Disconnected(duct, connection, reason, unsent));
	}

	@Override
	public void connectFailed(MessageDuct duct, Exception failure) {
		this.publisher.publishEvent(new DuctEvent.ConnectFailed(duct, failure));
	}

	@Override
	public void closed(MessageDuct duct) {
		this.publisher.publishEvent(new DuctEvent.Closed(duct));
	}

}
