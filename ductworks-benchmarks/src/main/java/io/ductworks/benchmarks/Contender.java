package io.ductworks.benchmarks;

/**
 * One way of joining two processes. Each process makes an instance of its own and uses
 * one of the two methods once. A contender is set up as its own documentation recommends
 * for the scenario; a comment says what was chosen and why.
 */
public interface Contender {

	/**
	 * Whether the contender can do a scenario at all, and is what the scenario asks for.
	 * @param scenario what is to be measured
	 * @return whether it takes part
	 */
	boolean takesPart(Scenario scenario);

	/**
	 * Says in one sentence how the contender is set up, for the report.
	 * @return the sentence, in Markdown
	 */
	default String setup() {
		return "";
	}

	/**
	 * Starts the side that answers. Returns as soon as the other side can connect.
	 * @param scenario what is to be measured
	 * @param address where to listen
	 * @param service gets every message that arrives, in the order of arrival for each
	 * sender, and gives the answer
	 * @return to be closed at the end
	 * @throws Exception if it cannot be started
	 */
	AutoCloseable serve(Scenario scenario, Address address, Service service) throws Exception;

	/**
	 * Connects the side that asks.
	 * @param scenario what is to be measured
	 * @param address where the other side listens
	 * @return the connection
	 * @throws Exception if it cannot be connected
	 */
	Link connect(Scenario scenario, Address address) throws Exception;

}
