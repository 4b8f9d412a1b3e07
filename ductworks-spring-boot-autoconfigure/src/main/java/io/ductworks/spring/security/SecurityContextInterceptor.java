package io.ductworks.spring.security;

import io.ductworks.spring.listener.DuctListenerInterceptor;
import io.ductworks.spring.listener.ListenerInvocation;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

/**
 * Has listeners run with the peer as the authentication of the thread. Thread-safe.
 */
public final class SecurityContextInterceptor implements DuctListenerInterceptor, Ordered {

	/** Around the handling of failures, which may want to know the peer too. */
	static final int ORDER = FAILURE_HANDLING_ORDER - 100;

	private final DuctAuthenticationConverter converter;

	/**
	 * Creates an interceptor.
	 * @param converter says who the peer is
	 */
	public SecurityContextInterceptor(DuctAuthenticationConverter converter) {
		this.converter = converter;
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public @Nullable Object around(ListenerInvocation invocation) throws Exception {
		Authentication authentication = this.converter.convert(invocation.connection());
		if (authentication == null) {
			return invocation.proceed();
		}
		SecurityContextHolderStrategy strategy = SecurityContextHolder.getContextHolderStrategy();
		SecurityContext context = strategy.createEmptyContext();
		context.setAuthentication(authentication);
		strategy.setContext(context);
		try {
			return invocation.proceed();
		}
		finally {
			strategy.clearContext();
		}
	}

}
