package io.ductworks.spring.boot.aot;

import io.ductworks.message.DuctObserver;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.beans.factory.aot.BeanRegistrationAotContribution;
import org.springframework.beans.factory.aot.BeanRegistrationAotProcessor;
import org.springframework.beans.factory.support.RegisteredBean;

/**
 * Lets a duct find out which observers want to be told of requests: it looks at the
 * methods of each.
 */
class DuctObserverAotProcessor implements BeanRegistrationAotProcessor {

	@Override
	public @Nullable BeanRegistrationAotContribution processAheadOfTime(RegisteredBean bean) {
		Class<?> type = bean.getBeanClass();
		if (!DuctObserver.class.isAssignableFrom(type)) {
			return null;
		}
		return (generation, code) -> generation.getRuntimeHints()
			.reflection()
			.registerType(type, MemberCategory.INVOKE_PUBLIC_METHODS);
	}

}
