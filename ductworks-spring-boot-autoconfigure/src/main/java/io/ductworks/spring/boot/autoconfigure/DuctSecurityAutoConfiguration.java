package io.ductworks.spring.boot.autoconfigure;

import java.security.Principal;
import java.util.List;

import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.security.DuctAuthenticationConverter;
import io.ductworks.spring.security.PeerAuthenticationToken;
import io.ductworks.spring.security.SecurityContextInterceptor;
import io.ductworks.spring.security.SecurityExceptionHandler;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.messaging.Message;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Auto-configuration for Spring Security: listeners run with the peer as the
 * authentication of the thread, where {@code ductworks.security.enabled} says so.
 */
@AutoConfiguration(after = DuctworksAutoConfiguration.class)
@ConditionalOnClass({ SecurityContextHolder.class, Message.class })
@ConditionalOnBooleanProperty("ductworks.security.enabled")
@ConditionalOnBean(DuctRegistry.class)
public final class DuctSecurityAutoConfiguration {

	DuctSecurityAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	DuctAuthenticationConverter ductAuthenticationConverter() {
		return (connection) -> {
			Principal peer = connection.peer();
			return (peer != null) ? new PeerAuthenticationToken(peer, List.of()) : null;
		};
	}

	@Bean
	@ConditionalOnMissingBean
	SecurityContextInterceptor ductSecurityContextInterceptor(DuctAuthenticationConverter converter) {
		return new SecurityContextInterceptor(converter);
	}

	@Bean
	@ConditionalOnMissingBean
	SecurityExceptionHandler ductSecurityExceptionHandler() {
		return new SecurityExceptionHandler();
	}

}
