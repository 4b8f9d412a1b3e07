package io.ductworks.spring.listener;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

import io.ductworks.spring.DuctSetupException;
import jakarta.validation.ConstraintDeclarationException;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.ElementKind;
import jakarta.validation.Path.Node;
import jakarta.validation.Validator;
import jakarta.validation.metadata.MethodDescriptor;
import jakarta.validation.metadata.ParameterDescriptor;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.Advised;
import org.springframework.aop.support.AopUtils;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.validation.beanvalidation.MethodValidationAdapter;
import org.springframework.validation.beanvalidation.MethodValidationInterceptor;
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
	 * Whether a method has parameters that are checked here. Those of a class with
	 * {@code @Validated} are checked by its proxy, if it has the one for that.
	 */
	boolean appliesTo(ListenerMethod method) {
		if (isCheckedByProxy(method.getBean())) {
			return false;
		}
		MethodDescriptor described = described(method);
		return described != null
				&& described.getParameterDescriptors().stream().anyMatch(ArgumentValidation::isCheckedHere);
	}

	/**
	 * What the validator knows of a method. It refuses constraints that a class adds to
	 * those of its interface, though nothing is wrong with a bean that is checked where
	 * the payload is resolved.
	 */
	private @Nullable MethodDescriptor described(ListenerMethod method) {
		try {
			return this.validator.getConstraintsForClass(method.targetType())
				.getConstraintsForMethod(method.getMethod().getName(), method.getMethod().getParameterTypes());
		}
		catch (ConstraintDeclarationException ex) {
			if (!WantedValidation.isOfArguments(method)) {
				return null;
			}
			throw new DuctSetupException("@DuctListener method " + method.describe()
					+ " has constraints that cannot be checked: " + ex.getMessage(),
					"Declare the constraints at the method of the interface.", ex);
		}
	}

	private static boolean isCheckedByProxy(Object bean) {
		return bean instanceof Advised proxy && Arrays.stream(proxy.getAdvisors())
			.anyMatch((advisor) -> advisor.getAdvice() instanceof MethodValidationInterceptor);
	}

	private static boolean isCheckedHere(ParameterDescriptor parameter) {
		return parameter.hasConstraints() || !parameter.getConstrainedContainerElementTypes().isEmpty()
				|| parameter.isCascaded() && WantedValidation.isContainer(parameter.getElementClass());
	}

	/**
	 * Checks the arguments of a call.
	 * @return what is wrong, empty if nothing is
	 */
	List<Violation> check(ListenerMethod method, @Nullable Object[] arguments) {
		MethodValidationResult result = this.adapter.validateArguments(target(method.getBean()), method.getMethod(),
				method.getMethodParameters(), arguments, NO_GROUPS);
		return result.hasErrors() ? violations(result) : List.of();
	}

	/**
	 * A proxy that has only the interfaces of its bean knows none of the constraints that
	 * stand in the class.
	 */
	private static Object target(Object bean) {
		Object target = bean;
		while (AopUtils.isJdkDynamicProxy(target) && target instanceof Advised proxy) {
			TargetSource source = proxy.getTargetSource();
			Object next;
			try {
				next = source.getTarget();
				if (next != null && !source.isStatic()) {
					source.releaseTarget(next);
				}
			}
			catch (Exception ex) {
				throw new IllegalStateException(
						"The bean behind the proxy of " + source.getTargetClass() + " is not there", ex);
			}
			if (next == null) {
				return target;
			}
			target = next;
		}
		return target;
	}

	/**
	 * What a proxy of the bean found wrong with the arguments of the method.
	 * @return what is wrong, {@code null} if the failure says something else
	 */
	static @Nullable List<Violation> violations(RuntimeException failure, Method method) {
		if (failure instanceof MethodValidationException invalid && !invalid.isForReturnValue()
				&& invalid.getMethod().getName().equals(method.getName())) {
			return violations(invalid);
		}
		if (!(failure instanceof ConstraintViolationException violations) || !violations.getConstraintViolations()
			.stream()
			.allMatch((violation) -> isOfArgument(violation, method))) {
			return null;
		}
		return violations.getConstraintViolations()
			.stream()
			.map((violation) -> new Violation(path(violation), violation.getMessage()))
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

	private static List<Violation> violations(MethodValidationResult result) {
		List<Violation> violations = new ArrayList<>();
		for (ParameterValidationResult parameter : result.getParameterValidationResults()) {
			String place = place(parameter);
			if (parameter instanceof ParameterErrors errors) {
				errors.getAllErrors()
					.stream()
					.map(Violation::of)
					.map((error) -> inside(place, error))
					.forEach(violations::add);
			}
			else {
				String name = String.valueOf(parameter.getMethodParameter().getParameterName());
				for (MessageSourceResolvable error : parameter.getResolvableErrors()) {
					violations.add(new Violation(name + place, String.valueOf(error.getDefaultMessage())));
				}
			}
		}
		result.getCrossParameterValidationResults()
			.forEach((error) -> violations.add(new Violation("", String.valueOf(error.getDefaultMessage()))));
		return violations;
	}

	private static Violation inside(String place, Violation violation) {
		String field = violation.field();
		return new Violation(place.isEmpty() || field.isEmpty() ? place + field : place + "." + field,
				violation.message());
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
