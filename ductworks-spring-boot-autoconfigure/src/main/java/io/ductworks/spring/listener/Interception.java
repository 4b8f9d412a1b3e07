package io.ductworks.spring.listener;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

import io.ductworks.message.DuctMessage;
import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One message on its way through the interceptors of its listener. Not thread-safe: a
 * result that comes later is told when the way has ended.
 */
final class Interception {

	private static final Logger logger = LoggerFactory.getLogger(Interception.class);

	private final ListenerInterceptors interceptors;

	private final MessageDuct from;

	private final DuctMessage message;

	/** The callbacks that are told of the end, the last one first. */
	private final Deque<BiConsumer<ListenerOutcome, @Nullable Throwable>> told = new ArrayDeque<>(2);

	/** What failures have come to already. */
	private @Nullable Exception handled;

	Interception(ListenerInterceptors interceptors, MessageDuct from, DuctMessage message) {
		this.interceptors = interceptors;
		this.from = from;
		this.message = message;
	}

	/**
	 * Goes the way.
	 * @return the answer, or what gives it later
	 */
	@Nullable Object proceed() throws Exception {
		return proceed(0);
	}

	private @Nullable Object proceed(int next) throws Exception {
		if (next == 0 || next != this.interceptors.outer()) {
			return proceedTo(next);
		}
		try {
			return proceedTo(next);
		}
		catch (Exception ex) {
			return handle(ex);
		}
	}

	private @Nullable Object proceedTo(int next) throws Exception {
		List<DuctListenerInterceptor> all = this.interceptors.all();
		return (next < all.size()) ? all.get(next).around(new Step(next + 1))
				: this.interceptors.invoker().invoke(this.from, this.message);
	}

	private @Nullable Object handle(Exception failure) throws Exception {
		try {
			return this.interceptors.handle(this.from, this.message, failure);
		}
		catch (Exception ex) {
			this.handled = ex;
			throw ex;
		}
	}

	/**
	 * Whether a failure is what handling another one has come to.
	 */
	boolean hasHandled(Exception failure) {
		return failure == this.handled;
	}

	/**
	 * Tells that the invocation has ended.
	 */
	void ended(ListenerOutcome outcome, @Nullable Throwable failure) {
		for (BiConsumer<ListenerOutcome, @Nullable Throwable> ended : this.told) {
			try {
				ended.accept(outcome, failure);
			}
			catch (RuntimeException ex) {
				logger.warn("An interceptor of listener {} failed when it was told that an invocation has ended",
						this.interceptors.listener().id(), ex);
			}
		}
	}

	/**
	 * The rest of the way, as one interceptor sees it.
	 */
	private final class Step implements ListenerInvocation {

		private final int next;

		Step(int next) {
			this.next = next;
		}

		@Override
		public RegisteredListener listener() {
			return Interception.this.interceptors.listener();
		}

		@Override
		public MessageDuct connection() {
			return Interception.this.from;
		}

		@Override
		public DuctMessage message() {
			return Interception.this.message;
		}

		@Override
		public @Nullable Object proceed() throws Exception {
			return Interception.this.proceed(this.next);
		}

		@Override
		public void onEnded(BiConsumer<ListenerOutcome, @Nullable Throwable> told) {
			Interception.this.told.addFirst(told);
		}

	}

}
