package io.ductworks.spring.listener;

import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.listener.ListenerBean.Declaration;
import org.jspecify.annotations.Nullable;

/**
 * How a listener runs.
 *
 * @param concurrency how many messages it handles at a time, 0 for any number
 * @param autoStartup whether it runs from the start
 */
record ListenerExecution(int concurrency, boolean autoStartup) {

	/**
	 * Reads what an annotation says of it.
	 * @throws DuctSetupException if that cannot be
	 */
	static ListenerExecution of(Declaration declaration, ListenedDuct duct, Placeholders placeholders) {
		String concurrency = placeholders.resolve(declaration, declaration.annotation().concurrency());
		String autoStartup = placeholders.resolve(declaration, declaration.annotation().autoStartup());
		int messages = concurrency.isEmpty() ? 0 : positive(declaration, concurrency);
		if (messages > 1 && !duct.isRpc()) {
			throw new DuctSetupException(
					declaration.describe() + " has the concurrency " + messages
							+ ", and each connection of a bare duct has one message handled at a time.",
					"Set the duct's protocol to json-rpc, on both sides, or remove the concurrency.", null);
		}
		return new ListenerExecution(messages, autoStartup.isEmpty() || isTrue(declaration, autoStartup));
	}

	private static int positive(Declaration declaration, String text) {
		NumberFormatException failure = null;
		int number = 0;
		try {
			number = Integer.parseInt(text);
		}
		catch (NumberFormatException ex) {
			failure = ex;
		}
		if (number < 1) {
			throw wrong(declaration, "concurrency", text, "a number from 1 on", failure);
		}
		return number;
	}

	private static boolean isTrue(Declaration declaration, String text) {
		return switch (text) {
			case "true" -> true;
			case "false" -> false;
			default -> throw wrong(declaration, "autoStartup", text, "true or false", null);
		};
	}

	private static DuctSetupException wrong(Declaration declaration, String attribute, String text, String expected,
			@Nullable Exception cause) {
		return new DuctSetupException(declaration.describe() + " has the " + attribute + " '" + text + "'.",
				"Set it to " + expected + ".", cause);
	}

}
