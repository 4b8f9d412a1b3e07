package io.ductworks.spring;

import java.time.Duration;

import org.springframework.util.backoff.BackOff;

/**
 * How a child is connected.
 *
 * @param backOff the longest pauses between its attempts; each is a random part of it, so
 * that many children that lost the same parent do not come back in step
 * @param startup what the start of the application makes of a child that is not connected
 * @param startupTimeout how long the start may wait
 */
public record ConnectSettings(BackOff backOff, Startup startup, Duration startupTimeout) {

	/** What the start of the application makes of a child that is not connected yet. */
	public enum Startup {

		/** It goes on; the child connects in the background. */
		CONTINUE,

		/** It waits for a while, then goes on with a warning. */
		WAIT,

		/** It waits for a while, then fails. */
		FAIL

	}

}
