package io.ductworks.spring.listener;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.util.ClassUtils;
import org.springframework.validation.Validator;
import org.springframework.validation.annotation.ValidationAnnotationUtils;

/**
 * What the parameters of a method want to have validated. Looks at names of annotations,
 * since Jakarta Validation need not be there.
 */
final class WantedValidation {

	private static final String VALID = "jakarta.validation.Valid";

	private static final String CONSTRAINT = "jakarta.validation.Constraint";

	private static final String JAKARTA = "jakarta.validation.Validator";

	private WantedValidation() {
	}

	/**
	 * Refuses a method whose parameters are annotated, and nobody would look at that.
	 * @throws DuctSetupException if so
	 */
	static void requireDone(ListenerMethod method, @Nullable Validator validator) {
		for (MethodParameter parameter : method.getMethodParameters()) {
			boolean hints = Arrays.stream(parameter.getParameterAnnotations())
				.anyMatch((annotation) -> ValidationAnnotationUtils.determineValidationHints(annotation) != null);
			boolean constraints = isOfArgument(method, parameter);
			if ((hints || constraints) && Message.class.isAssignableFrom(parameter.getParameterType())) {
				throw new DuctSetupException(
						"@DuctListener method " + method.describe()
								+ " wants a Message validated, whose payload nobody looks at.",
						"Take the payload in a parameter of its own type, and the headers in others with @Header.",
						null);
			}
			if ((hints || constraints) && validator == null) {
				throw new DuctSetupException("@DuctListener method " + method.describe()
						+ " wants its payload validated, and there is no Validator, or none of several is primary.",
						"Add the dependency spring-boot-starter-validation, or mark the Validator to use with @Primary.",
						null);
			}
			if (constraints && !isJakarta(validator)) {
				throw new DuctSetupException(
						"@DuctListener method " + method.describe()
								+ " has constraints of Jakarta Validation, and the Validator is none of that.",
						"Mark the Validator of Jakarta Validation with @Primary, or check the payload in the method.",
						null);
			}
		}
	}

	private static boolean isJakarta(@Nullable Validator validator) {
		return validator != null && ClassUtils.getAllInterfacesAsSet(validator)
			.stream()
			.anyMatch((type) -> type.getName().equals(JAKARTA));
	}

	/**
	 * Whether parameters are to be validated as the arguments of a method: by their own
	 * constraints, or element by element.
	 */
	static boolean isOfArguments(ListenerMethod method) {
		return Arrays.stream(method.getMethodParameters()).anyMatch((parameter) -> isOfArgument(method, parameter));
	}

	private static boolean isOfArgument(ListenerMethod method, MethodParameter parameter) {
		boolean container = isContainer(parameter.getParameterType());
		return Arrays.stream(parameter.getParameterAnnotations())
			.anyMatch((annotation) -> isConstraint(annotation) || container && isValid(annotation))
				|| declarations(method).anyMatch((declaration) -> hasConstraintsInside(
						declaration.getAnnotatedParameterTypes()[parameter.getParameterIndex()]));
	}

	/**
	 * The method, and the one of an interface that it is for.
	 */
	private static Stream<Method> declarations(ListenerMethod method) {
		return Stream
			.of(method.getMethod(), ClassUtils.getInterfaceMethodIfPossible(method.getMethod(), method.targetType()))
			.distinct();
	}

	private static boolean hasConstraintsInside(AnnotatedType type) {
		if (type instanceof AnnotatedParameterizedType generic) {
			return Arrays.stream(generic.getAnnotatedActualTypeArguments()).anyMatch(WantedValidation::isConstrained);
		}
		return type instanceof AnnotatedArrayType array && isConstrained(array.getAnnotatedGenericComponentType());
	}

	private static boolean isConstrained(AnnotatedType type) {
		return Arrays.stream(type.getAnnotations())
			.anyMatch((annotation) -> isConstraint(annotation) || isValid(annotation)) || hasConstraintsInside(type);
	}

	/**
	 * Whether a value of a type has elements.
	 */
	static boolean isContainer(Class<?> type) {
		return Iterable.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type) || type == Optional.class
				|| type.isArray();
	}

	private static boolean isValid(Annotation annotation) {
		return annotation.annotationType().getName().equals(VALID);
	}

	private static boolean isConstraint(Annotation annotation) {
		return Arrays.stream(annotation.annotationType().getAnnotations())
			.anyMatch((meta) -> meta.annotationType().getName().equals(CONSTRAINT));
	}

}
