package io.ductworks.benchmarks;

/**
 * What a scenario's figure is measured in.
 */
enum Unit {

	MICROSECONDS("µs", true), REQUESTS("requests/s", false), MESSAGES("messages/s", false), GIGABYTES("GB/s", false),
	KILOBYTES("kB", true);

	private final String label;

	private final boolean lowerIsBetter;

	Unit(String label, boolean lowerIsBetter) {
		this.label = label;
		this.lowerIsBetter = lowerIsBetter;
	}

	static Unit of(Scenario scenario) {
		return switch (scenario.work()) {
			case IDLE_CONNECTIONS -> KILOBYTES;
			case ROUND_TRIP, SLOW_ROUND_TRIP -> (scenario.threads() == 1) ? MICROSECONDS : REQUESTS;
			case ONE_WAY -> (scenario.bytes() >= Scenarios.LARGE) ? GIGABYTES : MESSAGES;
		};
	}

	String label() {
		return this.label;
	}

	boolean lowerIsBetter() {
		return this.lowerIsBetter;
	}

}
