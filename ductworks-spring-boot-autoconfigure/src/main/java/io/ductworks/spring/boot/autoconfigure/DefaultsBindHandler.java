package io.ductworks.spring.boot.autoconfigure;

import java.util.Set;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * Binds each duct on top of {@code ductworks.defaults}, and nothing that is no duct.
 */
final class DefaultsBindHandler extends AbstractBindHandler {

	static final ConfigurationPropertyName DEFAULTS = ConfigurationPropertyName.of("ductworks.defaults");

	private final DuctNames names;

	DefaultsBindHandler(BindHandler parent, DuctNames names) {
		super(parent);
		this.names = names;
	}

	@Override
	public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target, BindContext context) {
		if (DuctNames.PARENT.isParentOf(name)) {
			return onDuct(name, target, context, this.names.parents(), ParentProperties::new);
		}
		if (DuctNames.CHILD.isParentOf(name)) {
			return onDuct(name, target, context, this.names.children(), ChildProperties::new);
		}
		return super.onStart(name, target, context);
	}

	private <T, D extends DuctProperties> @Nullable Bindable<T> onDuct(ConfigurationPropertyName name,
			Bindable<T> target, BindContext context, Set<String> names, Supplier<D> constructor) {
		if (!names.contains(name.getLastElement(ConfigurationPropertyName.Form.ORIGINAL))) {
			return null;
		}
		D duct = constructor.get();
		context.getBinder().bind(DEFAULTS, Bindable.ofInstance(duct));
		@SuppressWarnings("unchecked") // The values of the map are of this type.
		Bindable<T> onTop = target.withExistingValue((T) duct);
		return super.onStart(name, onTop, context);
	}

}
