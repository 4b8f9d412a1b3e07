package io.ductworks.spring.client;

import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.core.GenericTypeResolver;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;

/**
 * What a method returns.
 *
 * @param form how it gives the answer
 * @param type the type of the answer, without type variables; {@code null} if there is
 * none
 * @param adapter makes the reactive type, if it is one
 * @param refusal why there is no such answer, as the end of a sentence; {@code null} if
 * there is
 */
record ExchangeAnswer(Form form, @Nullable Type type, @Nullable ReactiveAdapter adapter, @Nullable String refusal) {

	private static final boolean REACTOR = ClassUtils.isPresent("reactor.core.publisher.Mono",
			ExchangeAnswer.class.getClassLoader());

	private static final String SEVERAL = "a request has one answer";

	private static final String UNKNOWN_FUTURE = "nothing makes one of the answer";

	private static final String NO_REACTOR = "that takes Reactor (reactor-core), which is not on the class path";

	/** How a method gives the answer. */
	enum Form {

		/** There is none: it sends. */
		NONE,

		/** It waits for the answer. */
		VALUE,

		/** It waits for the answer, which may be {@code null}. */
		OPTIONAL,

		/** It has asked, and the answer comes later. */
		FUTURE,

		/** It asks with each subscription. */
		REACTIVE

	}

	/**
	 * What a method returns.
	 * @param type the interface, where type variables get their meaning
	 */
	static ExchangeAnswer of(Method method, Class<?> type) {
		Class<?> raw = method.getReturnType();
		Type resolved = GenericTypeResolver.resolveType(method.getGenericReturnType(), type);
		if (raw == void.class) {
			return new ExchangeAnswer(Form.NONE, null, null, null);
		}
		if (raw == Optional.class) {
			return new ExchangeAnswer(Form.OPTIONAL, nested(resolved), null, null);
		}
		if (Future.class.isAssignableFrom(raw) || CompletionStage.class.isAssignableFrom(raw)) {
			return new ExchangeAnswer(Form.FUTURE, nested(resolved), null,
					raw.isAssignableFrom(CompletableFuture.class) ? null : UNKNOWN_FUTURE);
		}
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(raw);
		if (adapter != null) {
			return reactive(adapter, resolved);
		}
		return new ExchangeAnswer(Form.VALUE, resolved, null,
				Flow.Publisher.class.isAssignableFrom(raw) ? SEVERAL : null);
	}

	private static ExchangeAnswer reactive(ReactiveAdapter adapter, Type resolved) {
		return new ExchangeAnswer(Form.REACTIVE, adapter.isNoValue() ? Void.class : nested(resolved), adapter,
				adapter.isMultiValue() ? SEVERAL : REACTOR ? null : NO_REACTOR);
	}

	private static Type nested(Type type) {
		return (type instanceof ParameterizedType generic) ? generic.getActualTypeArguments()[0] : Object.class;
	}

	/**
	 * Makes the reactive type.
	 * @param asked asks
	 */
	Object reactive(Supplier<CompletableFuture<Object>> asked) {
		if (this.adapter == null) {
			throw new IllegalStateException("It is no reactive type");
		}
		return this.adapter.fromPublisher(DeferredRequest.of(asked));
	}

}
