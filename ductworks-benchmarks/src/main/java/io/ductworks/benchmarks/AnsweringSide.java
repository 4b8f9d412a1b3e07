package io.ductworks.benchmarks;

import java.io.OutputStream;
import java.nio.file.Files;

/**
 * The process that listens and answers until its standard input ends.
 */
final class AnsweringSide {

	private AnsweringSide() {
	}

	static void run(Task task) throws Exception {
		Scenario scenario = task.scenario();
		Service service = switch (scenario.work()) {
			case ONE_WAY -> new Counter(scenario.format());
			case SLOW_ROUND_TRIP -> new SlowEcho();
			case ROUND_TRIP, IDLE_CONNECTIONS -> new Echo(scenario.work() == Work.IDLE_CONNECTIONS);
		};
		AutoCloseable server = task.entrant().contender().serve(scenario, task.address(), service);
		Files.createFile(task.ready());
		System.in.transferTo(OutputStream.nullOutputStream());
		server.close();
	}

}
