package io.ductworks.benchmarks.spring;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.ductworks.benchmarks.Address;
import io.ductworks.benchmarks.Contender;
import io.ductworks.benchmarks.Link;
import io.ductworks.benchmarks.Order;
import io.ductworks.benchmarks.Scenario;
import io.ductworks.benchmarks.Scenario.Transport;
import io.ductworks.benchmarks.Service;
import io.ductworks.benchmarks.Work;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.listener.DuctListener;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/**
 * Two Spring applications with a duct each, by properties, and meters.
 */
public final class SpringContender implements Contender {

	private final Mode mode;

	/** How requests go over the connection. */
	enum Mode {

		/** One behind the other, without waiting for answers. */
		PIPELINING,

		/** One, its answer, and then the next. */
		ONE_AT_A_TIME,

		/** Any number, with JSON-RPC. */
		JSON_RPC

	}

	/**
	 * Creates one whose requests do not wait for the answers of others.
	 */
	public SpringContender() {
		this(Mode.PIPELINING);
	}

	SpringContender(Mode mode) {
		this.mode = mode;
	}

	@Override
	public boolean takesPart(Scenario scenario) {
		return scenario.spring() && !scenario.spin()
				&& (this.mode == Mode.JSON_RPC || scenario.work() != Work.SLOW_ROUND_TRIP);
	}

	@Override
	public String setup() {
		return "Two Spring Boot applications with the starter, a `@DuctListener` and meters; the ducts by properties, "
				+ "with `pipelining`.";
	}

	@Override
	public AutoCloseable serve(Scenario scenario, Address address, Service service) {
		Class<?> listener = (scenario.work() == Work.ONE_WAY) ? CountingListener.class : AnsweringListener.class;
		return run("parent", scenario, address, service, listener);
	}

	@Override
	public Link connect(Scenario scenario, Address address) {
		ConfigurableApplicationContext context = run("child", scenario, address, (message) -> null);
		return new SpringLink(context, context.getBean(MessageDuctChild.class), this.mode == Mode.JSON_RPC);
	}

	private ConfigurableApplicationContext run(String role, Scenario scenario, Address address, Service service,
			Class<?>... sources) {
		Map<String, Object> properties = new HashMap<>();
		properties.put("spring.main.web-application-type", "none");
		properties.put("spring.main.banner-mode", "off");
		properties.put("ductworks.defaults.pipelining", this.mode == Mode.PIPELINING);
		properties.put("ductworks.defaults.protocol", (this.mode == Mode.JSON_RPC) ? "json-rpc" : "bare");
		// The number of messages is asked for over the duct that they were sent over.
		properties.put("ductworks.defaults.mixed-traffic", scenario.work() == Work.ONE_WAY);
		properties.put("ductworks." + role + ".orders.address",
				(scenario.transport() == Transport.UNIX) ? "unix:" + address.file()
						: "tcp://" + address.tcp().getAddress().getHostAddress() + ":" + address.tcp().getPort());
		SpringApplication application = new SpringApplication(sources);
		application.addPrimarySources(List.of(Application.class));
		application.setDefaultProperties(properties);
		application.addInitializers(
				(context) -> ((GenericApplicationContext) context).registerBean(Service.class, () -> service));
		return application.run();
	}

	/** What both applications are. */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	/** Answers each order. */
	static class AnsweringListener {

		private final Service service;

		AnsweringListener(Service service) {
			this.service = service;
		}

		@DuctListener("orders")
		Order place(Order order) {
			return (Order) Objects.requireNonNull(this.service.handle(order));
		}

	}

	/** Takes orders without an answer, apart from the question for their number. */
	static class CountingListener {

		private final Service service;

		CountingListener(Service service) {
			this.service = service;
		}

		@DuctListener("orders")
		void place(Order order, MessageDuct from) {
			Object answer = this.service.handle(order);
			if (answer != null) {
				from.send(answer);
			}
		}

	}

	/**
	 * The asking application.
	 *
	 * @param context the application
	 * @param duct its duct
	 * @param rpc whether it speaks JSON-RPC
	 */
	private record SpringLink(ConfigurableApplicationContext context, MessageDuctChild duct,
			boolean rpc) implements Link {

		@Override
		public Object exchange(Object message) {
			return Objects.requireNonNull(this.rpc ? this.duct.request("order.place", message, Order.class)
					: this.duct.request(message, Order.class));
		}

		@Override
		public void send(Object message) {
			this.duct.send(message);
		}

		@Override
		public void close() {
			this.context.close();
		}

	}

}
