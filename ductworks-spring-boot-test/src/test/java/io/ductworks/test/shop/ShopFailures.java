package io.ductworks.test.shop;

import java.util.NoSuchElementException;

import io.ductworks.DuctProblemException;
import io.ductworks.spring.listener.DuctAdvice;

import org.springframework.messaging.handler.annotation.MessageExceptionHandler;

/**
 * Says what customers are told of articles that the shop does not have.
 */
@DuctAdvice
class ShopFailures {

	@MessageExceptionHandler
	void unknown(NoSuchElementException failure) {
		throw new DuctProblemException(404, "No such article", failure.getMessage());
	}

}
