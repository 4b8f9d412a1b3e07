package io.ductworks.spring.listener;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path.Node;
import jakarta.validation.Validator;
import jakarta.validation.metadata.MethodDescriptor;
import jakarta.validation.metadata.ParameterDescriptor;
import org.jspecify.annotations.Nullable;

import org.springframework.context.MessageSourceResolvable;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.validation.FieldError;
import org.springframework.validation.annotation.Validated;
import org.springframework.validation.beanvalidation.MethodValidationAdapter;
import org.springframework.validation.method.MethodValidationException;
import org.springframework.validation.method.MethodValidationResult;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.validation.method.ParameterValidationResult;

/**
 * Checks the arguments of listeners as Spring MVC checks those of controllers:
 * constraints on a parameter, and on the elements of a list, a map or an array. A bean
 * with {@code @Valid} is checked where the payload is resolved. Needs Jakarta Validation.
 * Thread-safe.
 */
final class ArgumentValidation {

	private static final Class<?>[] NO_GROUPS = {};

	private final Validator validator;

	private final MethodValidationAdapter adapter;

	ArgumentValidation(Validator validator) {
		this.validator = validator;
		this.adapter = new MethodValidationAdapter((Supplier<Validator>) () -> validator);
	}

	/**
	 * Whether a method has parameters that are checked here. A proxy checks those of a
	 * class with {@link Validated}.
	 */
	boolean appliesTo(ListenerMethod method) {
		if (AnnotatedElementUtils.hasAnnotation(method.targetType(), Validated.class)) {
			return false;
		}
		MethodDescriptor described = this.validator.getConstraintsForClass(method.targetType())
			.getConstraintsForMethod(method.getMethod().getName(), method.getMethod().getParameterTypes());
		return described != null
				&& described.getParameterDescriptors().stream().anyMatch(ArgumentValidation::isCheckedHere);
	}

	private static boolean isCheckedHere(ParameterDescriptor parameter) {
		return parameter.hasConstraints() || !parameter.getConstrainedContainerElementTypes().isEmpty()
				|| parameter.isCascaded() && isContainer(parameter.getElementClass());
	}

	private static boolean isContainer(Class<?> type) {
		return Iterable.class.isAssignableFrom(type) || Map.class.isAssignableFrom(type) || type == Optional.class
				|| type.isArray();
	}

	/**
	 * Checks the arguments of a call.
	 * @return what is wrong, empty if nothing is
	 */
	List<String> check(ListenerMethod method, @Nullable Object[] arguments) {
		MethodValidationResult result = this.adapter.validateArguments(method.getBean(), method.getMethod(),
				method.getMethodParameters(), arguments, NO_GROUPS);
		return result.hasErrors() ? reasons(result) : List.of();
	}

	/**
	 * What a proxy of the bean found wrong with the arguments of the method.
	 * @return what is wrong, {@code null} if the failure says something else
	 */
	static @Nullable List<String> reasons(RuntimeException failure, Method method) {
		if (failure instanceof MethodValidationException invalid && !invalid.isForReturnValue()
				&& invalid.getMethod().getName().equals(method.getName())) {
			return reasons(invalid);
		}
		if (!(failure instanceof ConstraintViolationException violations) || !violations.getConstraintViolations()
			.stream()
			.allMatch((violation) -> isOfArgument(violation, method))) {
			return null;
		}
		return violations.getConstraintViolations()
			.stream()
			.map((violation) -> path(violation) + " " + violation.getMessage())
			.toList();
	}

	private static boolean isOfArgument(ConstraintViolation<?> violation, Method method) {
		Iterator<Node> path = violation.getPropertyPath().iterator();
		Node first = path.next();
		return first.getKind() == ElementKind.METHOD && first.getName().equals(method.getName()) && path.hasNext()
				&& path.next().getKind() == ElementKind.PARAMETER;
	}

	/**
	 * Where a value is, without the name of the method.
	 */
	private static String path(ConstraintViolation<?> violation) {
		String path = violation.getPropertyPath().toString();
		return RejectedMessageException.withoutKeys(path.substring(path.indexOf('.') + 1));
	}

	private static List<String> reasons(MethodValidationResult result) {
		List<String> reasons = new ArrayList<>();
		for (ParameterValidationResult parameter : result.getParameterValidationResults()) {
			String place = place(parameter);
			if (parameter instanceof ParameterErrors errors) {
				errors.getAllErrors().forEach((error) -> {
					String field = (error instanceof FieldError ofField)
							? RejectedMessageException.withoutKeys(ofField.getField()) : "";
					reasons.add((place.isEmpty() || field.isEmpty() ? place + field : place + "." + field) + " "
							+ error.getDefaultMessage());
				});
			}
			else {
				String name = String.valueOf(parameter.getMethodParameter().getParameterName());
				for (MessageSourceResolvable error : parameter.getResolvableErrors()) {
					reasons.add(name + place + " " + error.getDefaultMessage());
				}
			}
		}
		result.getCrossParameterValidationResults()
			.forEach((error) -> reasons.add(String.valueOf(error.getDefaultMessage())));
		return reasons;
	}

	/**
	 * Where in a container an element is; the keys of a map are the peer's.
	 */
	private static String place(ParameterValidationResult parameter) {
		Integer index = parameter.getContainerIndex();
		if (index != null) {
			return "[" + index + "]";
		}
		return (parameter.getContainerKey() != null) ? "[*]" : "";
	}

}
