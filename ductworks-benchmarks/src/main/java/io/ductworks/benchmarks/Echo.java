package io.ductworks.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Sends back what comes. A question among idle connections is answered with the vitals.
 */
final class Echo implements Service {

	private final boolean tellsVitals;

	Echo(boolean tellsVitals) {
		this.tellsVitals = tellsVitals;
	}

	@Override
	public Object handle(Object message) {
		if (this.tellsVitals && Payloads.isQuestion(message)) {
			try {
				return Payloads.vitals(Vitals.now());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		return message;
	}

}
