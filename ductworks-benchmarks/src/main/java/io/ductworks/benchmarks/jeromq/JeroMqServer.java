package io.ductworks.benchmarks.jeromq;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.ductworks.benchmarks.PayloadCodec;
import io.ductworks.benchmarks.Service;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * The answering side: a thread for each of its sockets.
 */
class JeroMqServer {

	private final ZMQ.Context context = ZMQ.context(1);

	private final List<Thread> threads = new ArrayList<>();

	private final Service service;

	private final PayloadCodec codec;

	private final int underWay;

	JeroMqServer(Service service, PayloadCodec codec, int underWay) {
		this.service = service;
		this.codec = codec;
		this.underWay = underWay;
	}

	void start(String endpoint, boolean oneWay) {
		byte[] pullEndpoint = JeroMqContender.WHERE;
		if (oneWay) {
			ZMQ.Socket pull = socket(SocketType.PULL);
			int port = pull.bindToRandomPort(endpoint.substring(0, endpoint.lastIndexOf(':')));
			pullEndpoint = (endpoint.substring(0, endpoint.lastIndexOf(':') + 1) + port)
				.getBytes(StandardCharsets.US_ASCII);
			run("jeromq-pull", pull, () -> this.service.handle(this.codec.read(pull.recv())));
		}
		ZMQ.Socket router = socket(SocketType.ROUTER);
		router.bind(endpoint);
		byte[] where = pullEndpoint;
		run("jeromq-router", router, () -> answer(router, where));
	}

	private void answer(ZMQ.Socket router, byte[] where) {
		byte[] asker = router.recv();
		byte[] question = router.recv();
		if (question.length == 0) {
			router.sendMore(asker);
			router.send(where);
			return;
		}
		Object answer = this.service.handle(this.codec.read(question));
		if (answer != null) {
			router.sendMore(asker);
			router.send(this.codec.write(answer));
		}
	}

	private ZMQ.Socket socket(SocketType type) {
		ZMQ.Socket socket = this.context.socket(type);
		JeroMqContender.prepare(socket, this.underWay);
		return socket;
	}

	private void run(String name, ZMQ.Socket socket, Runnable step) {
		Thread thread = new Thread(() -> {
			try {
				while (true) {
					step.run();
				}
			}
			catch (ZMQException ex) {
				if (ex.getErrorCode() != ZMQ.Error.ETERM.getCode()) {
					throw ex;
				}
			}
			finally {
				socket.close();
			}
		}, name);
		thread.start();
		this.threads.add(thread);
	}

	void stop() throws InterruptedException {
		// Has the threads' calls fail with ETERM, and waits until they closed their
		// sockets
		this.context.term();
		for (Thread thread : this.threads) {
			thread.join();
		}
	}

}
