package io.ductworks.benchmarks;

import java.io.IOException;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

/**
 * The process that connects, measures and writes its figures. It ends with its standard
 * input, whatever it is doing.
 */
final class AskingSide {

	private AskingSide() {
	}

	static void run(Task task) throws Exception {
		Thread watch = new Thread(AskingSide::endWithInput, "input");
		watch.setDaemon(true);
		watch.start();
		Scenario scenario = task.scenario();
		try (Link link = task.entrant().contender().connect(scenario, task.address())) {
			Map<String, Double> figures = switch (scenario.work()) {
				case ROUND_TRIP, SLOW_ROUND_TRIP ->
					new RoundTrip(link, scenario).measure(task.warmup(), task.measure());
				case ONE_WAY -> new OneWay(link, scenario).measure(task.warmup(), task.measure());
				case IDLE_CONNECTIONS ->
					new IdleConnections(link, scenario, task.address()).measure(task.warmup(), task.measure());
			};
			JsonMapper.shared().writeValue(task.result().toFile(), figures);
		}
	}

	private static void endWithInput() {
		try {
			while (System.in.read() >= 0) {
				continue;
			}
		}
		catch (IOException ex) {
			// As good as the end.
		}
		Runtime.getRuntime().halt(1);
	}

}
