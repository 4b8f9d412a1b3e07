package io.ductworks.spring.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;

/**
 * Which protocol a duct speaks: it does not say so itself.
 */
final class SpokenProtocol {

	private SpokenProtocol() {
	}

	/**
	 * Whether messages of a duct have methods. One that is bare refuses a request with a
	 * method before anything else; for any other the request is too late, so that it
	 * never goes out.
	 * @return {@code true} too for a mock, which tells nothing
	 */
	static boolean hasMethods(MessageDuct duct) {
		@Nullable CompletableFuture<Object> late = duct.requestAsync("late", null, Object.class, Duration.ZERO);
		return late == null
				|| late.handle((answer, failure) -> !(failure instanceof IllegalStateException)).getNow(true);
	}

}
