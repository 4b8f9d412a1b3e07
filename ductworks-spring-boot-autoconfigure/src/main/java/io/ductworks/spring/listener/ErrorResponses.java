package io.ductworks.spring.listener;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import io.ductworks.DuctProblemException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ResponseStatus;

/**
 * What exceptions say that were made for HTTP: those of Spring's that are an
 * {@link ErrorResponse}, and those with {@link ResponseStatus}. Needs spring-web.
 */
final class ErrorResponses {

	private static final Set<String> OWN_MEMBERS = Set.of("status", "title", "detail");

	private ErrorResponses() {
	}

	/**
	 * The problem that an exception stands for.
	 * @return the problem, or {@code null} if it says nothing of the kind
	 */
	static @Nullable DuctProblemException problem(Exception failure) {
		if (failure instanceof ErrorResponse response) {
			return isFailure(response.getStatusCode().value()) ? problem(response.getBody()) : null;
		}
		ResponseStatus status = AnnotatedElementUtils.findMergedAnnotation(failure.getClass(), ResponseStatus.class);
		if (status == null || !isFailure(status.code().value())) {
			return null;
		}
		return new DuctProblemException(status.code().value(), status.code().getReasonPhrase(),
				status.reason().isEmpty() ? null : status.reason());
	}

	private static boolean isFailure(int status) {
		return status >= 400 && status <= 599;
	}

	private static DuctProblemException problem(ProblemDetail body) {
		Map<String, @Nullable Object> properties = new LinkedHashMap<>();
		if (body.getProperties() != null) {
			properties.putAll(body.getProperties());
		}
		properties.keySet().removeAll(OWN_MEMBERS);
		return new DuctProblemException(body.getStatus(), title(body), body.getDetail(), properties);
	}

	private static String title(ProblemDetail body) {
		HttpStatus status = HttpStatus.resolve(body.getStatus());
		String title = body.getTitle();
		return (title != null) ? title : (status != null) ? status.getReasonPhrase() : "The listener failed";
	}

}
