package io.ductworks.spring.boot;

import java.util.List;
import java.util.function.Supplier;

import io.ductworks.codec.MessageCodec;
import io.ductworks.message.DuctBuilder;
import io.ductworks.message.DuctObserver;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.transport.DuctAddress;

/**
 * Builds the configured ducts.
 */
class DuctFactory {

	private final DuctSettings settings;

	private final Supplier<MessageCodec> jsonCodec;

	private final List<DuctObserver> observers;

	private final List<DuctBuilderCustomizer> customizers;

	DuctFactory(DuctSettings settings, Supplier<MessageCodec> jsonCodec, List<DuctObserver> observers,
			List<DuctBuilderCustomizer> customizers) {
		this.settings = settings;
		this.jsonCodec = jsonCodec;
		this.observers = observers;
		this.customizers = customizers;
	}

	MessageDuctParent parent(String name) {
		ParentProperties properties = this.settings.parent(name);
		MessageDuctParent.Builder builder = MessageDuctParent.builder()
			.accept(properties.getAccept())
			.maxChildren(properties.getMaxChildren());
		DuctAddress address = DuctSettings.parentAddress(name, properties);
		if (address != null) {
			builder.address(address);
		}
		apply(name, properties, builder);
		return builder.build();
	}

	MessageDuctChild child(String name) {
		ChildProperties properties = this.settings.child(name);
		MessageDuctChild.Builder builder = MessageDuctChild.builder()
			.address(DuctSettings.childAddress(name, properties))
			.connectTimeout(properties.getConnect().getTimeout());
		apply(name, properties, builder);
		return builder.build();
	}

	private void apply(String name, DuctProperties properties, DuctBuilder<?> builder) {
		builder.name(name)
			.codec(codec(properties.getCodec()))
			.maxFrameSize(Math.toIntExact(properties.getMaxFrameSize().toBytes()))
			.timeout(properties.getReceiveTimeout())
			.sendTimeout(properties.getSendTimeout())
			.requestTimeout(properties.getRequestTimeout())
			.closeTimeout(properties.getCloseTimeout())
			.whenDisconnected(properties.getDisconnected())
			.idleStrategy(properties.getIdleStrategy());
		this.observers.forEach(builder::observer);
		this.customizers.forEach((customizer) -> customizer.customize(name, builder));
	}

	private MessageCodec codec(DuctProperties.Codec codec) {
		return switch (codec) {
			case JSON -> this.jsonCodec.get();
			case TEXT -> MessageCodec.text();
			case BYTES -> MessageCodec.bytes();
		};
	}

}
