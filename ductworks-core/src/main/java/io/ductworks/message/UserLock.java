package io.ductworks.message;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

import io.ductworks.DuctInterruptedException;
import io.ductworks.DuctTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The lock that a user gave to a duct, if any. It is held while one message is encoded
 * and queued or taken, never while waiting for bytes.
 */
final class UserLock {

	private final String subject;

	private final @Nullable Lock lock;

	UserLock(String subject, @Nullable Lock lock) {
		this.subject = subject;
		this.lock = lock;
	}

	boolean isUsed() {
		return this.lock != null;
	}

	void acquire(long timeoutNanos) {
		if (this.lock == null) {
			return;
		}
		try {
			if (this.lock.tryLock() || this.lock.tryLock(timeoutNanos, TimeUnit.NANOSECONDS)) {
				return;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new DuctInterruptedException(
					this.subject + ": interrupted while waiting for its lock; nothing was sent or taken", ex);
		}
		throw new DuctTimeoutException(
				this.subject + ": another thread held its lock for all of the time-out; nothing was sent or taken",
				null);
	}

	void release() {
		if (this.lock != null) {
			this.lock.unlock();
		}
	}

}
