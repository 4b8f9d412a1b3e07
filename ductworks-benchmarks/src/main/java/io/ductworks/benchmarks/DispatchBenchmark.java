package io.ductworks.benchmarks;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.ductworks.codec.MessageCodec;
import io.ductworks.message.DuctHandler;
import io.ductworks.message.DuctMessage;
import io.ductworks.message.DuctPair;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.Protocol;
import io.ductworks.spring.DuctRegistry;
import io.ductworks.spring.listener.DuctListener;
import io.ductworks.spring.listener.DuctListenerProcessor;
import io.ductworks.spring.listener.DuctListenerRegistry;
import io.micrometer.observation.ObservationHandler;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.messaging.Message;
import org.springframework.messaging.converter.JacksonJsonMessageConverter;
import org.springframework.messaging.handler.annotation.support.PayloadMethodArgumentResolver;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolverComposite;
import org.springframework.messaging.handler.invocation.InvocableHandlerMethod;
import org.springframework.messaging.support.GenericMessage;

/**
 * What it takes to hand an order that was read to a method: by a listener, by the
 * invocation that Spring Messaging has, and by a call. All of them decode it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DispatchBenchmark {

	private final Orders orders = new Orders();

	private final MessageCodec codec = MessageCodec.json();

	private final byte[] json = JsonMapper.shared().writeValueAsBytes(Payloads.data(Scenarios.of("T3-unix")));

	private final Message<byte[]> message = new GenericMessage<>(this.json);

	private final InvocableHandlerMethod method = method(this.orders);

	private static InvocableHandlerMethod method(Orders orders) {
		try {
			InvocableHandlerMethod method = new InvocableHandlerMethod(orders, "place", Order.class);
			method.setMessageMethodArgumentResolvers(new HandlerMethodArgumentResolverComposite()
				.addResolver(new PayloadMethodArgumentResolver(new JacksonJsonMessageConverter(JsonMapper.shared()))));
			return method;
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Hands the order to a listener.
	 * @param listener the listener
	 * @return the last one
	 * @throws Exception never
	 */
	@Benchmark
	public @Nullable Order listener(Listener listener) throws Exception {
		return listener.handle();
	}

	/**
	 * Hands the order to a method with what Spring Messaging has for that.
	 * @return the last one
	 * @throws Exception never
	 */
	@Benchmark
	public @Nullable Order springMessaging() throws Exception {
		this.method.invoke(this.message);
		return this.orders.last;
	}

	/**
	 * Decodes the order and calls the method.
	 * @return the last one
	 * @throws Exception never
	 */
	@Benchmark
	public @Nullable Order call() throws Exception {
		Object order = this.codec.decode(this.json, 0, this.json.length, Order.class);
		this.orders.place((Order) Objects.requireNonNull(order));
		return this.orders.last;
	}

	/** An application with a listener, and an order that came over a connection. */
	@State(Scope.Thread)
	public static class Listener {

		/** What is there besides. */
		@Param({ "nothing", "meters", "observation" })
		String with = "";

		private final Orders orders = new Orders();

		private final CompletableFuture<DuctHandler> handler = new CompletableFuture<>();

		private final CompletableFuture<DuctMessage> received = new CompletableFuture<>();

		private final DuctPair pair = DuctPair
			.create((parent) -> parent.handler((from, message) -> this.received.complete(message)), (child) -> child);

		private @Nullable ConfigurableApplicationContext context;

		private @Nullable DuctHandler handles;

		private @Nullable DuctMessage message;

		/**
		 * Starts the application, and sends the order.
		 */
		@Setup
		public void start() {
			this.context = application();
			this.handles = this.handler.join();
			this.pair.child().send(Payloads.data(Scenarios.of("T3-unix")));
			this.message = this.received.join();
		}

		private ConfigurableApplicationContext application() {
			String none = "io.ductworks.spring.boot.autoconfigure.DuctObservationAutoConfiguration";
			String excluded = switch (this.with) {
				case "nothing" -> none + ",io.ductworks.spring.boot.autoconfigure.DuctMetricsAutoConfiguration";
				case "meters" -> none;
				default -> "";
			};
			SpringApplication application = new SpringApplication(Application.class);
			application.setDefaultProperties(Map.of("spring.main.web-application-type", "none",
					"spring.main.banner-mode", "off", "spring.autoconfigure.exclude", excluded));
			application.addInitializers((context) -> {
				GenericApplicationContext beans = (GenericApplicationContext) context;
				// Meters and observations are those of a real duct.
				beans.registerBean(DuctRegistry.class, () -> new DuctRegistry(Map.of("orders", this.pair.parent())));
				DuctRegistry registry = new DuctRegistry(Map.of("orders", duct()));
				beans.registerBean(Orders.class, () -> this.orders);
				if (this.with.equals("observation")) {
					// Without one nobody is told, and there are no observations.
					beans.registerBean(ObservationHandler.class, () -> (observed) -> true);
				}
				beans.registerBean(DuctListenerProcessor.class,
						() -> new DuctListenerProcessor(beans.getDefaultListableBeanFactory(), registry,
								new DuctListenerRegistry(), null, (duct) -> null, (duct) -> null));
			});
			return application.run();
		}

		/**
		 * A duct that does no more than keep its handler.
		 */
		private MessageDuct duct() {
			InvocationHandler calls = (proxy, method, arguments) -> switch (method.getName()) {
				case "handler" -> {
					this.handler.complete((DuctHandler) arguments[0]);
					yield null;
				}
				case "codec" -> MessageCodec.json();
				case "protocol" -> Protocol.BARE;
				case "name" -> "orders";
				case "hashCode" -> System.identityHashCode(proxy);
				case "equals" -> proxy == arguments[0];
				default -> throw new UnsupportedOperationException(method.getName());
			};
			return (MessageDuct) Proxy.newProxyInstance(MessageDuct.class.getClassLoader(),
					new Class<?>[] { MessageDuct.class }, calls);
		}

		@Nullable Order handle() throws Exception {
			DuctHandler handles = this.handles;
			DuctMessage message = this.message;
			if (handles != null && message != null) {
				handles.handle(this.pair.parent(), message);
			}
			return this.orders.last;
		}

		/**
		 * Closes what is open.
		 */
		@TearDown
		public void close() {
			this.pair.close();
			if (this.context != null) {
				this.context.close();
			}
		}

	}

	/** The application with the listener. */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	/** Takes orders. */
	static class Orders {

		private @Nullable Order last;

		@DuctListener("orders")
		public void place(Order order) {
			this.last = order;
		}

	}

}
