package io.ductworks.spring.boot.autoconfigure;

import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

import io.ductworks.codec.MessageCodec;
import io.ductworks.message.DuctObserver;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.lifecycle.CertificateReloads;
import io.ductworks.spring.lifecycle.ChildStartup;
import io.ductworks.spring.lifecycle.DispatchObserver;
import io.ductworks.spring.lifecycle.DuctDispatchLifecycle;
import io.ductworks.spring.lifecycle.DuctEventPublisher;
import io.ductworks.spring.lifecycle.DuctTransportLifecycle;
import io.ductworks.spring.listener.ConnectionListenerFactory;
import io.ductworks.spring.listener.DuctListenerProcessor;
import io.ductworks.spring.listener.DuctListenerRegistry;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.autoconfigure.context.LifecycleProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.thread.Threading;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.messaging.handler.annotation.support.DefaultMessageHandlerMethodFactory;
import org.springframework.validation.Validator;

/**
 * Auto-configuration for ducts: a bean for each entry below {@code ductworks.parent} and
 * {@code ductworks.child}, the {@link DuctRegistry}, their life cycles, and listeners
 * where spring-messaging is present. A child context leaves the ducts to its parent
 * context, if that has them; {@code ductworks.enabled} switches all off.
 */
@AutoConfiguration(afterName = "org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration")
@ConditionalOnBooleanProperty(name = "ductworks.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(DuctRegistry.class)
@EnableConfigurationProperties(DuctworksProperties.class)
@Import(DuctBeanRegistrar.class)
public final class DuctworksAutoConfiguration {

	DuctworksAutoConfiguration() {
	}

	/**
	 * A value below a duct is bound on top of the defaults.
	 */
	@Bean
	static ConfigurationPropertiesBindHandlerAdvisor ductDefaultsBindHandlerAdvisor(DuctNames names) {
		return (handler) -> new DefaultsBindHandler(handler, names);
	}

	/**
	 * What is said of a bean that does not fit names the property that made it.
	 */
	@Bean
	static BeanFactoryPostProcessor ductBeanOrigins(DuctNames names) {
		return (beans) -> {
			names.parents().forEach((name) -> describe(beans, DuctNames.PARENT, name));
			names.children().forEach((name) -> describe(beans, DuctNames.CHILD, name));
		};
	}

	private static void describe(ConfigurableListableBeanFactory beans, ConfigurationPropertyName role, String name) {
		if (beans.getBeanDefinition(DuctNames.beanName(name)) instanceof AbstractBeanDefinition definition) {
			definition.setResourceDescription("the property " + role + "." + name);
		}
	}

	@Bean
	ConfiguredDucts configuredDucts(DuctworksProperties properties, Environment environment,
			ObjectProvider<DuctConnectionDetails> details) {
		return new ConfiguredDucts(properties, Binder.get(environment), details.getIfUnique());
	}

	/**
	 * Comes before what users set.
	 */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	@ConditionalOnThreading(Threading.VIRTUAL)
	DuctBuilderCustomizer ductVirtualThreads() {
		return (name, builder) -> builder
			.workerThreads(new VirtualThreadTaskExecutor("duct-" + name + "-").getVirtualThreadFactory());
	}

	@Bean
	DuctFactory ductFactory(ConfiguredDucts ducts, ObjectProvider<JsonMapper> jsonMapper,
			ObjectProvider<SslBundles> sslBundles, CertificateReloads reloads, ListableBeanFactory beans) {
		Supplier<MessageCodec> json = () -> {
			JsonMapper mapper = jsonMapper.getIfUnique();
			return (mapper != null) ? MessageCodec.json(mapper) : MessageCodec.json();
		};
		Supplier<SslBundles> bundles = () -> sslBundles.getIfAvailable(DefaultSslBundleRegistry::new);
		return new DuctFactory(ducts, json, bundles, reloads, new Customizers(beans));
	}

	@Bean
	@ConditionalOnMissingBean
	CertificateReloads ductCertificateReloads() {
		return new CertificateReloads(Clock.systemUTC());
	}

	@Bean
	@ConditionalOnMissingBean
	DuctEventPublisher ductEventPublisher(ApplicationEventPublisher events) {
		return new DuctEventPublisher(events);
	}

	@Bean
	@ConditionalOnMissingBean
	ChildStartup ductChildStartup(DuctworksProperties properties) {
		return new ChildStartup((name) -> {
			ChildProperties child = properties.getChild().get(name);
			ConnectProperties connect = (child != null) ? child.getConnect() : new ConnectProperties();
			return new ChildStartup.Settings(connect.getStartup(), connect.getStartupTimeout());
		});
	}

	@Bean
	DuctRegistry ductRegistry(DuctNames names, ConfiguredDucts configured, ListableBeanFactory beans) {
		configured.checkDistinct();
		return RegisteredDucts.find(names, beans);
	}

	/**
	 * Observers may have ducts injected, so these are made first.
	 */
	@Bean
	SmartInitializingSingleton ductObservers(DuctRegistry registry, ObjectProvider<DuctObserver> observers) {
		return () -> RegisteredDucts.observe(registry, observers.orderedStream().toList());
	}

	@Bean
	@ConditionalOnMissingBean
	DuctTransportLifecycle ductTransportLifecycle(DuctRegistry registry, ChildStartup startup) {
		return new DuctTransportLifecycle(registry, startup);
	}

	@Bean
	@ConditionalOnMissingBean
	DuctDispatchLifecycle ductDispatchLifecycle(DuctRegistry registry, DuctworksProperties properties,
			ObjectProvider<LifecycleProperties> lifecycle, ObjectProvider<DispatchObserver> observers) {
		Duration phase = lifecycle.getIfAvailable(LifecycleProperties::new).getTimeoutPerShutdownPhase();
		Duration drain = properties.getDrainTimeout();
		return new DuctDispatchLifecycle(registry, (drain.compareTo(phase) < 0) ? drain : phase,
				observers.orderedStream().toList());
	}

	/**
	 * Listeners need spring-messaging.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DefaultMessageHandlerMethodFactory.class)
	static class ListenerConfiguration {

		@Bean
		static ConnectionListenerFactory ductConnectionListenerFactory(ConfigurableListableBeanFactory beanFactory) {
			return new ConnectionListenerFactory(beanFactory);
		}

		@Bean
		static DuctListenerRegistry ductListenerRegistry() {
			return new DuctListenerRegistry();
		}

		@Bean
		static DuctListenerProcessor ductListenerProcessor(ConfigurableListableBeanFactory beanFactory,
				DuctRegistry registry, DuctListenerRegistry listeners, DuctworksProperties properties,
				ObjectProvider<Validator> validator) {
			return new DuctListenerProcessor(beanFactory, registry, listeners, validator.getIfUnique(),
					properties::typeField, properties::retryPolicy);
		}

	}

}
