package io.ductworks.benchmarks.grpc;

import io.ductworks.benchmarks.Service;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

/**
 * What the answering side does with calls, on the event loop.
 */
final class Calls {

	private Calls() {
	}

	static ServerCallHandler<Object, Object> exchanges(Service service) {
		return ServerCalls.asyncUnaryCall((request, responses) -> {
			Object answer = service.handle(request);
			if (answer != null) {
				responses.onNext(answer);
				responses.onCompleted();
			}
			else {
				responses.onError(Status.NOT_FOUND.asRuntimeException());
			}
		});
	}

	static ServerCallHandler<Object, Object> streams(Service service) {
		return ServerCalls.<Object, Object>asyncBidiStreamingCall((responses) -> new StreamObserver<Object>() {

			@Override
			public void onNext(Object message) {
				service.handle(message);
			}

			@Override
			public void onError(Throwable ex) {
				// The sender has gone
			}

			@Override
			public void onCompleted() {
				responses.onCompleted();
			}

		});
	}

}
