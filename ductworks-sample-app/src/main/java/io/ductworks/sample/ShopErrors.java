package io.ductworks.sample;

import io.ductworks.DuctworksException;
import io.ductworks.RemoteHandlerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Says over HTTP what went wrong over the duct.
 */
@RestControllerAdvice
class ShopErrors {

	private static final Logger logger = LoggerFactory.getLogger(ShopErrors.class);

	@ExceptionHandler
	ProblemDetail refused(RemoteHandlerException ex) {
		ProblemDetail problem = ProblemDetail.forStatus(ex.status());
		problem.setTitle(ex.title());
		problem.setDetail(ex.detail());
		return problem;
	}

	@ExceptionHandler
	ProblemDetail unavailable(DuctworksException ex) {
		logger.warn("No answer from the warehouse: {}", ex.getMessage());
		return ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, "The warehouse does not answer");
	}

}
