package io.ductworks;

import java.time.Duration;

import org.awaitility.core.ConditionFactory;

import static org.awaitility.Awaitility.await;

/**
 * Waiting for what comes in a moment.
 */
public final class Awaiting {

	private Awaiting() {
	}

	/**
	 * Waits for a condition, looking often.
	 */
	public static ConditionFactory soon() {
		return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(10)).atMost(Duration.ofSeconds(10));
	}

}
