package io.ductworks.benchmarks.spring;

import io.ductworks.benchmarks.Address;
import io.ductworks.benchmarks.Contender;
import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.Scenario;
import io.ductworks.benchmarks.Service;

/**
 * Two Spring applications whose many requesters wait for each other, as they do unless
 * the duct is told otherwise.
 */
public final class OneAtATimeContender implements Contender {

	private final SpringContender ducts = new SpringContender(SpringContender.Mode.ONE_AT_A_TIME);

	@Override
	public boolean takesPart(Scenario scenario) {
		return this.ducts.takesPart(scenario) && scenario.threads() > 1;
	}

	@Override
	public String setup() {
		return "As Ductworks with Spring, without `pipelining`: one request at a time goes over the connection.";
	}

	@Override
	public AutoCloseable serve(Scenario scenario, Address address, Service service) {
		return this.ducts.serve(scenario, address, service);
	}

	@Override
	public Link connect(Scenario scenario, Address address) {
		return this.ducts.connect(scenario, address);
	}

}
