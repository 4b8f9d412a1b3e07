package io.ductworks.spring.boot.autoconfigure;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import io.ductworks.codec.MessageCodec;
import io.ductworks.message.DuctObserver;
import io.ductworks.message.MessageDuct;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.lifecycle.CertificateReloads;
import io.ductworks.spring.lifecycle.ChildStartup;
import io.ductworks.spring.lifecycle.DuctDispatchLifecycle;
import io.ductworks.spring.lifecycle.DuctEventPublisher;
import io.ductworks.spring.lifecycle.DuctTransportLifecycle;
import io.ductworks.spring.listener.DuctListenerProcessor;
import io.ductworks.spring.listener.ListenerRecorder;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
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

	@Bean
	DuctFactory ductFactory(DuctSettings settings, ObjectProvider<JsonMapper> jsonMapper,
			ObjectProvider<SslBundles> sslBundles, CertificateReloads reloads, ObjectProvider<DuctObserver> observers,
			ObjectProvider<DuctBuilderCustomizer> customizers) {
		Supplier<MessageCodec> json = () -> {
			JsonMapper mapper = jsonMapper.getIfUnique();
			return (mapper != null) ? MessageCodec.json(mapper) : MessageCodec.json();
		};
		Supplier<SslBundles> bundles = () -> sslBundles.getIfAvailable(DefaultSslBundleRegistry::new);
		return new DuctFactory(settings, json, bundles, reloads, observers.orderedStream().toList(),
				customizers.orderedStream().toList());
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
	ChildStartup ductChildStartup(DuctSettings settings) {
		return new ChildStartup((name) -> {
			ConnectProperties connect = settings.child(name).getConnect();
			return new ChildStartup.Settings(connect.getStartup(), connect.getStartupTimeout());
		});
	}

	@Bean
	DuctRegistry ductRegistry(DuctSettings settings, BeanFactory beans) {
		Map<String, MessageDuct> ducts = new HashMap<>();
		Stream.concat(settings.parents().keySet().stream(), settings.children().keySet().stream())
			.forEach((name) -> ducts.put(name, beans.getBean(DuctBeanRegistrar.beanName(name), MessageDuct.class)));
		return new DuctRegistry(ducts);
	}

	@Bean
	@ConditionalOnMissingBean
	DuctTransportLifecycle ductTransportLifecycle(DuctRegistry registry, ChildStartup startup) {
		return new DuctTransportLifecycle(registry, startup);
	}

	@Bean
	@ConditionalOnMissingBean
	DuctDispatchLifecycle ductDispatchLifecycle(DuctRegistry registry, DuctworksProperties properties) {
		return new DuctDispatchLifecycle(registry, properties.getDrainTimeout());
	}

	/**
	 * Listeners need spring-messaging.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(DefaultMessageHandlerMethodFactory.class)
	static class ListenerConfiguration {

		@Bean
		static DuctListenerProcessor ductListenerProcessor(ConfigurableListableBeanFactory beanFactory,
				DuctRegistry registry, ObjectProvider<Validator> validator,
				ObjectProvider<ListenerRecorder> recorders) {
			List<ListenerRecorder> all = recorders.orderedStream().toList();
			return new DuctListenerProcessor(beanFactory, registry, validator.getIfUnique(), (duct, listener, outcome,
					nanos) -> all.forEach((recorder) -> recorder.record(duct, listener, outcome, nanos)));
		}

	}

}
