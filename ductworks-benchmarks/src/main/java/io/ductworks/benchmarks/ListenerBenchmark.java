package io.ductworks.benchmarks;

import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.ductworks.message.MessageDuctChild;
import io.ductworks.spring.listener.DuctListener;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Messages of 128 bytes to a {@link DuctListener} method, with meters.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ListenerBenchmark {

	private final byte[] payload = new byte[128];

	private final ConfigurableApplicationContext context = run();

	private final MessageDuctChild child = this.context.getBean(MessageDuctChild.class);

	private final CountingListener listener = this.context.getBean(CountingListener.class);

	private static ConfigurableApplicationContext run() {
		SpringApplication application = new SpringApplication(Application.class, CountingListener.class);
		application.setDefaultProperties(Map.of("spring.main.web-application-type", "none", "spring.main.banner-mode",
				"off", "ductworks.defaults.codec", "bytes", "ductworks.parent.orders.address", "inproc:orders",
				"ductworks.child.shop.address", "inproc:orders"));
		return application.run();
	}

	/**
	 * Stops the application.
	 */
	@TearDown
	public void stop() {
		this.context.close();
	}

	/**
	 * Sends to the listener.
	 */
	@Benchmark
	@OperationsPerInvocation(PairBenchmark.MESSAGES)
	public void dispatch() {
		long expected = this.listener.taken + PairBenchmark.MESSAGES;
		for (int i = 0; i < PairBenchmark.MESSAGES; i++) {
			this.child.send(this.payload);
		}
		while (this.listener.taken < expected) {
			Thread.onSpinWait();
		}
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	static class CountingListener {

		private volatile long taken;

		@DuctListener("orders")
		void take(byte[] payload) {
			this.taken = this.taken + 1;
		}

	}

}
