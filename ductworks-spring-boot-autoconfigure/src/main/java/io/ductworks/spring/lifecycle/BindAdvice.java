package io.ductworks.spring.lifecycle;

import java.nio.file.AccessDeniedException;

import io.ductworks.CommunicationFaultException;

/**
 * What helps when a parent cannot bind: the system and the engine have many reasons, and
 * each has a remedy of its own.
 */
final class BindAdvice {

	private BindAdvice() {
	}

	/**
	 * Says what to do.
	 * @param failure what {@code bind} has thrown
	 * @param key where the properties of the duct are
	 */
	static String of(CommunicationFaultException failure, String key) {
		String message = String.valueOf(failure.getMessage());
		if (message.contains("Address already in use")) {
			return "Stop the process that has the address, or set " + key + ".address to another one.";
		}
		if (message.contains("without TLS")) {
			return "Set " + key + ".ssl.bundle, or " + key + ".allow-plaintext to true if everybody on that network is "
					+ "trusted, or an address of this machine alone, such as tcp://127.0.0.1:7400.";
		}
		if (message.contains("does not exist; create it")) {
			return "Create that directory, or set " + key + ".address to a path in one that exists.";
		}
		if (isDenied(failure)) {
			return "Let the user of this process write to the directory, or set " + key + ".address to a path in one "
					+ "of its own.";
		}
		if (message.contains("No space left")) {
			return "Make room on that file system; the socket needs a file.";
		}
		return "Do as the message says, or set " + key + ".address to another one.";
	}

	private static boolean isDenied(Throwable failure) {
		Throwable cause = failure;
		while (cause != null && !(cause instanceof AccessDeniedException)) {
			cause = cause.getCause();
		}
		return cause != null || String.valueOf(failure.getMessage()).contains("Permission denied");
	}

}
