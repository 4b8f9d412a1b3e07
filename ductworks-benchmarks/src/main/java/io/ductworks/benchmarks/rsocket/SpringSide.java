package io.ductworks.benchmarks.rsocket;

import io.ductworks.benchmarks.Service;
import io.rsocket.SocketAcceptor;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.http.codec.json.JacksonJsonDecoder;
import org.springframework.http.codec.json.JacksonJsonEncoder;
import org.springframework.messaging.rsocket.RSocketStrategies;
import org.springframework.messaging.rsocket.annotation.support.RSocketMessageHandler;
import org.springframework.web.util.pattern.PathPatternRouteMatcher;

/**
 * What Spring Boot sets up for RSocket, on the answering side: a handler that finds
 * controllers in the application context.
 */
class SpringSide implements AutoCloseable {

	private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	static SpringSide answering(Service service, int credit) {
		SpringSide spring = new SpringSide();
		spring.context.registerBean(MessageController.class, () -> new MessageController(service, credit));
		spring.context.registerBean(RSocketMessageHandler.class, () -> {
			RSocketMessageHandler handler = new RSocketMessageHandler();
			handler.setRSocketStrategies(strategies());
			return handler;
		});
		spring.context.refresh();
		return spring;
	}

	/**
	 * Those of Boot's auto-configuration, without CBOR.
	 * @return for either side
	 */
	static RSocketStrategies strategies() {
		JsonMapper mapper = JsonMapper.builder().build();
		return RSocketStrategies.builder()
			.routeMatcher(new PathPatternRouteMatcher())
			.encoder(new JacksonJsonEncoder(mapper))
			.decoder(new JacksonJsonDecoder(mapper))
			.build();
	}

	SocketAcceptor acceptor() {
		return this.context.getBean(RSocketMessageHandler.class).responder();
	}

	@Override
	public void close() {
		this.context.close();
	}

}
