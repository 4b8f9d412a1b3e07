package io.ductworks.message;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import io.ductworks.internal.loop.EventLoop;

/**
 * What the connections of an open duct share to have their messages handled.
 *
 * @param handler takes the messages
 * @param handlerSwitch whether messages are handed out
 * @param open whether the duct is still open
 * @param workers run the handler
 * @param loop keeps the time
 * @param timer looks for handlers that take too long
 * @param heldBack keeps connections that have ended while the handler is suspended
 * @param runs how many threads have messages handed out
 */
record Handling(DuctHandler handler, HandlerSwitch handlerSwitch, BooleanSupplier open, Executor workers,
		EventLoop loop, HandlerTimer timer, HeldBack heldBack, AtomicInteger runs) {

	/**
	 * Whether messages are handed out.
	 */
	boolean isDispatching() {
		return this.open.getAsBoolean() && !this.handlerSwitch.isSuspended();
	}

	boolean isOpen() {
		return this.open.getAsBoolean();
	}

}
