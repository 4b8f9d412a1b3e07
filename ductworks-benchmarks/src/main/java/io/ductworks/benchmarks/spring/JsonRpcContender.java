package io.ductworks.benchmarks.spring;

import io.ductworks.benchmarks.Address;
import io.ductworks.benchmarks.Contender;
import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.Scenario;
import io.ductworks.benchmarks.Service;
import io.ductworks.benchmarks.Work;

/**
 * Two Spring applications whose duct speaks JSON-RPC.
 */
public final class JsonRpcContender implements Contender {

	private final SpringContender ducts = new SpringContender(SpringContender.Mode.JSON_RPC);

	@Override
	public boolean takesPart(Scenario scenario) {
		return this.ducts.takesPart(scenario) && scenario.work() != Work.ONE_WAY;
	}

	@Override
	public String setup() {
		return "As Ductworks with Spring, with `protocol: json-rpc` in place of `pipelining`.";
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
