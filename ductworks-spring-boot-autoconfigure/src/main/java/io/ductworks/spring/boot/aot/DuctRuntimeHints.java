package io.ductworks.spring.boot.aot;

import java.util.List;

import io.ductworks.message.IdleStrategy;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;

/**
 * Hints for what is found by reflection: the conversion of {@code idle-strategy}. The
 * classes of configuration properties and listeners have hints by Spring itself.
 */
class DuctRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.reflection()
			.registerType(IdleStrategy.class,
					(type) -> type.withMethod("of", List.of(TypeReference.of(String.class)), ExecutableMode.INVOKE));
	}

}
