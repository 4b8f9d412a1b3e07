package io.ductworks.test.autoconfigure;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;

import io.ductworks.message.DuctObserver;
import io.ductworks.spring.DuctBuilderCustomizer;
import io.ductworks.spring.listener.DuctAdvice;
import io.ductworks.spring.listener.DuctExceptionHandler;
import io.ductworks.spring.listener.DuctListener;
import io.ductworks.spring.listener.DuctListenerInterceptor;
import io.ductworks.spring.listener.DuctListeners;
import io.ductworks.spring.listener.DuctRecoverer;

import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.util.ClassUtils;

/**
 * Leaves out the components that have nothing to do with ducts.
 */
final class DuctTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<DuctTest> {

	private static final String[] OPTIONAL = { "org.springframework.boot.jackson.JacksonComponent",
			"tools.jackson.databind.JacksonModule" };

	private static final Set<Class<?>> KNOWN = known();

	DuctTypeExcludeFilter(Class<?> testClass) {
		super(testClass);
	}

	private static Set<Class<?>> known() {
		Set<Class<?>> known = new LinkedHashSet<>(Set.of(DuctObserver.class, DuctBuilderCustomizer.class,
				DuctListenerInterceptor.class, DuctRecoverer.class, DuctExceptionHandler.class, DuctAdvice.class));
		ClassLoader classLoader = DuctTypeExcludeFilter.class.getClassLoader();
		for (String optional : OPTIONAL) {
			if (ClassUtils.isPresent(optional, classLoader)) {
				known.add(ClassUtils.resolveClassName(optional, classLoader));
			}
		}
		return known;
	}

	@Override
	protected Set<Class<?>> getKnownIncludes() {
		return KNOWN;
	}

	@Override
	protected boolean defaultInclude(MetadataReader reader, MetadataReaderFactory factory) throws IOException {
		AnnotationMetadata metadata = reader.getAnnotationMetadata();
		return metadata.hasAnnotatedMethods(DuctListener.class.getName())
				|| metadata.hasAnnotatedMethods(DuctListeners.class.getName()) || super.defaultInclude(reader, factory);
	}

}
