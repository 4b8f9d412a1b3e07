package io.ductworks.spring.boot.autoconfigure;

import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.listener.OverlookedListeners;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;

/**
 * Auto-configuration for a child context that leaves the ducts to its parent context: it
 * warns of listeners that would be there in vain.
 */
@AutoConfiguration(after = DuctworksAutoConfiguration.class)
@ConditionalOnClass(DefaultMessageHandlerMethodFactory.class)
@ConditionalOnBooleanProperty(name = "ductworks.enabled", matchIfMissing = true)
@ConditionalOnBean(DuctRegistry.class)
@ConditionalOnMissingBean(value = DuctRegistry.class, search = SearchStrategy.CURRENT)
public final class DuctChildContextAutoConfiguration {

	DuctChildContextAutoConfiguration() {
	}

	@Bean
	static OverlookedListeners overlookedDuctListeners(ConfigurableListableBeanFactory beanFactory) {
		return new OverlookedListeners(beanFactory);
	}

}
