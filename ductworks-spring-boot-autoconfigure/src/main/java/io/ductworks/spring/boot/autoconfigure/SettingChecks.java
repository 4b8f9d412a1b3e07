package io.ductworks.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.regex.Pattern;

import io.ductworks.spring.DuctSetupException;
import org.jspecify.annotations.Nullable;

/**
 * Checks the numbers and durations of the settings, so that a wrong one is reported with
 * its property.
 */
final class SettingChecks {

	/**
	 * YAML takes octal digits without quotes for a number, which then begins with no 0.
	 */
	private static final Pattern PERMISSIONS = Pattern.compile("0[0-7]{3}|([r-][w-][x-]){3}");

	private SettingChecks() {
	}

	/**
	 * Checks what belongs to no single duct.
	 */
	static void check(DuctworksProperties properties) {
		requireNotNegative("ductworks.drain-timeout", properties.getDrainTimeout());
		Duration grace = properties.getHealth().getGrace();
		if (grace != null) {
			requireNotNegative("ductworks.health.grace", grace);
		}
		DefaultsProperties defaults = properties.getDefaults();
		String key = "ductworks.defaults";
		checkCommon(key, defaults);
		requireAtLeastOne(key + ".max-children", defaults.getMaxChildren());
		requirePositive(key + ".handshake-timeout", defaults.getHandshakeTimeout());
		requireAtLeastOne(key + ".backlog", defaults.getBacklog());
		checkParent(key, defaults.getAcceptsPerSecond(), defaults.getPermissions());
		checkConnect(key, defaults.getConnect());
	}

	static void check(String key, ParentProperties parent) {
		checkCommon(key, parent);
		requireAtLeastOne(key + ".max-children", parent.getMaxChildren());
		requirePositive(key + ".handshake-timeout", parent.getHandshakeTimeout());
		requireAtLeastOne(key + ".backlog", parent.getBacklog());
		checkParent(key, parent.getAcceptsPerSecond(), parent.getPermissions());
	}

	private static void checkParent(String key, int acceptsPerSecond, String permissions) {
		requireAtLeastOne(key + ".accepts-per-second", acceptsPerSecond);
		require(PERMISSIONS.matcher(permissions).matches(), key + ".permissions", permissions,
				"permissions in letters, such as rw-rw----, or in octal and quotes, such as \"0660\"");
	}

	static void check(String key, ChildProperties child) {
		checkCommon(key, child);
		checkConnect(key, child.getConnect());
	}

	private static void checkCommon(String key, DuctProperties duct) {
		long maxFrameSize = duct.getMaxFrameSize().toBytes();
		require(maxFrameSize >= 1 && maxFrameSize <= Integer.MAX_VALUE, key + ".max-frame-size", duct.getMaxFrameSize(),
				"a size from 1B to " + Integer.MAX_VALUE + "B");
		long maxWaitingBytes = duct.getMaxWaitingBytes().toBytes();
		require(maxWaitingBytes >= 1 && maxWaitingBytes <= Integer.MAX_VALUE, key + ".max-waiting-bytes",
				duct.getMaxWaitingBytes(), "a size from 1B to " + Integer.MAX_VALUE + "B");
		requireAtLeastOne(key + ".max-waiting", duct.getMaxWaiting());
		requireAtLeastOne(key + ".concurrency", duct.getConcurrency());
		requireAtLeastOne(key + ".max-handlers", duct.getMaxHandlers());
		requirePositive(key + ".send-timeout", duct.getSendTimeout());
		requirePositive(key + ".frame-timeout", duct.getFrameTimeout());
		requirePositive(key + ".request-timeout", duct.getRequestTimeout());
		Duration lateAnswers = duct.getLateAnswerTimeout();
		if (lateAnswers != null) {
			requirePositive(key + ".late-answer-timeout", lateAnswers);
		}
		Duration unread = duct.getUnreadTimeout();
		if (unread != null) {
			requirePositive(key + ".unread-timeout", unread);
		}
		Duration handler = duct.getHandlerTimeout();
		if (handler != null) {
			requirePositive(key + ".handler-timeout", handler);
		}
		requirePositive(key + ".receive-timeout", duct.getReceiveTimeout());
		requirePositive(key + ".last-answers-timeout", duct.getLastAnswersTimeout());
		requirePositive(key + ".close-timeout", duct.getCloseTimeout());
		requirePositive(key + ".disconnected-grace", duct.getDisconnectedGrace());
		checkRetry(key + ".listener.retry", duct.getListener().getRetry());
	}

	private static void checkRetry(String key, ListenerProperties.Retry retry) {
		require(retry.getMaxRetries() >= 0, key + ".max-retries", retry.getMaxRetries(), "0 or more");
		requireNotNegative(key + ".delay", retry.getDelay());
		Duration jitter = retry.getJitter();
		if (jitter != null) {
			requireNotNegative(key + ".jitter", jitter);
		}
		require(retry.getMultiplier() >= 1, key + ".multiplier", retry.getMultiplier(), "1 or more");
		Duration longest = retry.getMaxDelay();
		if (longest != null) {
			requirePositive(key + ".max-delay", longest);
		}
	}

	/**
	 * Pauses of less than a millisecond would be none.
	 */
	private static void checkConnect(String key, ConnectProperties connect) {
		ConnectProperties.Retry retry = connect.getRetry();
		requirePositive(key + ".connect.timeout", connect.getTimeout());
		requirePositive(key + ".connect.startup-timeout", connect.getStartupTimeout());
		require(retry.getDelay().toMillis() >= 1, key + ".connect.retry.delay", retry.getDelay(), "1ms or more");
		Duration longest = retry.getMaxDelay();
		if (longest != null) {
			require(longest.toMillis() >= 1, key + ".connect.retry.max-delay", longest, "1ms or more");
		}
		require(retry.getMultiplier() >= 1, key + ".connect.retry.multiplier", retry.getMultiplier(), "1 or more");
	}

	private static void requireAtLeastOne(String property, int value) {
		require(value >= 1, property, value, "1 or more");
	}

	private static void requireNotNegative(String property, Duration value) {
		require(!value.isNegative(), property, value, "a duration that is not negative");
	}

	private static void requirePositive(String property, Duration value) {
		require(!value.isZero() && !value.isNegative(), property, value, "a duration above zero");
	}

	private static void require(boolean condition, String property, @Nullable Object value, String expected) {
		if (!condition) {
			throw new DuctSetupException("The property '" + property + "' is " + value + ".",
					"Set it to " + expected + ".", null);
		}
	}

}
