package io.ductworks.spring.listener;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A bean with listeners, as it is annotated.
 *
 * @param name the name of the bean
 * @param object gives the bean, or a proxy of it
 * @param type the class of the bean, not that of a proxy
 * @param annotations what the class is annotated with
 * @param methods the methods of that class that are annotated, each with what
 */
record ListenerBean(String name, Supplier<Object> object, Class<?> type, List<DuctListener> annotations,
		Map<Method, List<DuctListener>> methods) {

	/**
	 * What its methods declare. One that names no duct is for each that the class names.
	 */
	Stream<Declaration> declarations() {
		return this.methods.entrySet()
			.stream()
			.flatMap((method) -> method.getValue()
				.stream()
				.flatMap((annotation) -> declarations(method.getKey(), annotation)));
	}

	private Stream<Declaration> declarations(Method method, DuctListener annotation) {
		return (annotation.value().isEmpty() && !this.annotations.isEmpty())
				? this.annotations.stream().map((ofClass) -> new Declaration(this, method, annotation, ofClass.value()))
				: Stream.of(new Declaration(this, method, annotation, annotation.value()));
	}

	/**
	 * One annotation of a method.
	 *
	 * @param duct what is written for the name of the duct, at the method or its class
	 */
	record Declaration(ListenerBean bean, Method method, DuctListener annotation, String duct) {

		/**
		 * What messages for people call it.
		 */
		String describe() {
			return "@DuctListener(\"" + this.duct + "\") on " + ListenerMethod.describe(this.method);
		}

	}

}
