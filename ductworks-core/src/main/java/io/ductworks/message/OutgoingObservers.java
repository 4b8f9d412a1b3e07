package io.ductworks.message;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.ductworks.internal.loop.SparingLog;
import org.jspecify.annotations.Nullable;

/**
 * The observers of what a duct sends. Thread-safe.
 */
final class OutgoingObservers {

	private final OutgoingMessage.From from;

	private final List<OutgoingObserver> observers;

	OutgoingObservers(DuctOptions options, SparingLog log) {
		this.from = new OutgoingMessage.From(options.subject(), options.name(), options.child() ? "child" : "parent",
				options.address().transport(), options.isRpc() && options.rpc().meta(), log);
		this.observers = new CopyOnWriteArrayList<>(options.outgoingObservers());
	}

	void add(OutgoingObserver observer) {
		this.observers.add(observer);
	}

	/**
	 * Tells all of a message that is about to be sent.
	 * @param request whether its answer is waited for
	 * @return the message to send in its place, or {@code null} if nobody is to be told
	 */
	@Nullable ObservedSend begin(@Nullable Object payload, boolean request) {
		return this.observers.isEmpty() ? null : tell(payload, request);
	}

	private ObservedSend tell(@Nullable Object payload, boolean request) {
		RpcCall call = (payload instanceof RpcCall rpc) ? rpc : null;
		OutgoingMessage message = new OutgoingMessage(this.from, (call != null) ? call.method() : null, request);
		List<OutgoingObserver.Observed> observed = new ArrayList<>(1);
		for (OutgoingObserver observer : this.observers) {
			try {
				OutgoingObserver.Observed told = observer.begin(message);
				if (told != null) {
					observed.add(told);
				}
			}
			catch (RuntimeException | Error ex) {
				message.logFailure(observer, ex);
			}
		}
		return new ObservedSend(message, (call != null) ? call.with(message.trace()) : payload, observed);
	}

}
