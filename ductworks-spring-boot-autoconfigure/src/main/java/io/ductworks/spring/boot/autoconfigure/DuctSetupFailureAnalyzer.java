package io.ductworks.spring.boot.autoconfigure;

import io.ductworks.spring.DuctSetupException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Shows a wrong set-up of a duct or listener without a stack trace.
 */
class DuctSetupFailureAnalyzer extends AbstractFailureAnalyzer<DuctSetupException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DuctSetupException cause) {
		return new FailureAnalysis(cause.description(), cause.action(), cause);
	}

}
