package io.ductworks.spring.listener;

/**
 * The payload of a {@link org.springframework.messaging.Message} that stands for the JSON
 * value {@code null}, which Spring's messages cannot hold. A listener with a parameter of
 * type {@code Message} without a type of its payload finds it there; as the result of a
 * listener it goes out as {@code null}.
 */
public final class NullPayload {

	/** The only one. */
	public static final NullPayload INSTANCE = new NullPayload();

	private NullPayload() {
	}

	@Override
	public String toString() {
		return "null";
	}

}
