package io.ductworks.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.function.Supplier;

import io.ductworks.codec.MessageCodec;
import io.ductworks.message.Backoff;
import io.ductworks.message.DuctBuilder;
import io.ductworks.message.MessageDuct;
import io.ductworks.message.MessageDuctChild;
import io.ductworks.message.MessageDuctParent;
import io.ductworks.message.Protocol;
import io.ductworks.spring.DuctSetupException;
import io.ductworks.spring.lifecycle.CertificateReloads;
import io.ductworks.transport.DuctAddress;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.util.StringUtils;

/**
 * Builds the configured ducts.
 */
class DuctFactory {

	private static final String NOT_STARTED = "the application has not started its ducts yet; call from an "
			+ "ApplicationRunner or later, not from constructors, @PostConstruct or early life cycles";

	private static final String STOPPED = "the application is stopping, or has not started its ducts again yet";

	private final ConfiguredDucts ducts;

	private final Supplier<MessageCodec> jsonCodec;

	private final Supplier<SslBundles> sslBundles;

	private final CertificateReloads reloads;

	private final Customizers customizers;

	DuctFactory(ConfiguredDucts ducts, Supplier<MessageCodec> jsonCodec, Supplier<SslBundles> sslBundles,
			CertificateReloads reloads, Customizers customizers) {
		this.ducts = ducts;
		this.jsonCodec = jsonCodec;
		this.sslBundles = sslBundles;
		this.reloads = reloads;
		this.customizers = customizers;
	}

	MessageDuctParent parent(String name) {
		ParentProperties properties = this.ducts.parent(name);
		MessageDuctParent.Builder builder = MessageDuctParent.builder()
			.accept(properties.getAccept())
			.maxChildren(properties.getMaxChildren())
			.acceptsPerSecond(properties.getAcceptsPerSecond())
			.backlog(properties.getBacklog())
			.handshakeTimeout(properties.getHandshakeTimeout())
			.permissions(properties.getPermissions())
			.allowPlaintext(properties.isAllowPlaintext())
			.refusalFrame(properties.isRefusalFrame());
		String group = properties.getGroup();
		if (group != null) {
			builder.group(group);
		}
		DuctAddress address = ConfiguredDucts.parentAddress(name, properties);
		if (address != null) {
			builder.address(address);
		}
		apply(name, properties, builder);
		return build("ductworks.parent." + name, builder::build);
	}

	MessageDuctChild child(String name) {
		ChildProperties properties = this.ducts.child(name);
		MessageDuctChild.Builder builder = MessageDuctChild.builder()
			.address(ConfiguredDucts.childAddress(name, properties))
			.connectTimeout(properties.getConnect().getTimeout())
			.reconnect(backoff(properties.getConnect().getRetry()));
		apply(name, properties, builder);
		return build("ductworks.child." + name, builder::build);
	}

	/**
	 * A longest pause of all that is shorter than the first one bounds that too.
	 */
	private static Backoff backoff(ConnectProperties.Retry retry) {
		Duration longest = retry.getMaxDelay();
		Duration first = (longest == null || retry.getDelay().compareTo(longest) < 0) ? retry.getDelay() : longest;
		return new Backoff(first, retry.getMultiplier(), longest);
	}

	/**
	 * Only the machine knows its users and groups.
	 */
	private static <T extends MessageDuct> T build(String key, Supplier<T> builder) {
		try {
			return builder.get();
		}
		catch (IllegalArgumentException ex) {
			throw new DuctSetupException(
					"The duct '" + key.substring(key.lastIndexOf('.') + 1) + "' cannot be made: " + ex.getMessage()
							+ ".",
					"Correct " + key + ".allowed-users, " + key + ".allowed-groups, " + key + ".allowed-subjects or "
							+ key + ".group, or the DuctBuilderCustomizer that sets it.",
					ex);
		}
	}

	private void apply(String name, DuctProperties properties, DuctBuilder<?> builder) {
		builder.name(name)
			.protocol(properties.getProtocol())
			.concurrency(properties.getConcurrency())
			.maxWaiting(properties.getMaxWaiting(), Math.toIntExact(properties.getMaxWaitingBytes().toBytes()))
			.rpcMeta(properties.getJsonRpc().isMeta())
			.maxHandlers(properties.getMaxHandlers())
			.codec(codec(properties))
			.maxFrameSize(Math.toIntExact(properties.getMaxFrameSize().toBytes()))
			.receiveTimeout(properties.getReceiveTimeout())
			.sendTimeout(properties.getSendTimeout())
			.frameTimeout(properties.getFrameTimeout())
			.allowedUsers(properties.getAllowedUsers().toArray(String[]::new))
			.allowedGroups(properties.getAllowedGroups().toArray(String[]::new))
			.allowedSubjects(properties.getAllowedSubjects().toArray(String[]::new))
			.requestTimeout(properties.getRequestTimeout())
			.pipelining(properties.isPipelining())
			.mixedTraffic(properties.isMixedTraffic())
			.lastAnswersTimeout(properties.getLastAnswersTimeout())
			.closeTimeout(properties.getCloseTimeout())
			.whenDisconnected(properties.getDisconnected())
			.disconnectedGrace(properties.getDisconnectedGrace())
			.whenNotOpen(NOT_STARTED, STOPPED)
			.idleStrategy(properties.getIdleStrategy());
		Duration lateAnswers = properties.getLateAnswerTimeout();
		if (lateAnswers != null) {
			builder.lateAnswerTimeout(lateAnswers);
		}
		Duration handler = properties.getHandlerTimeout();
		if (handler != null) {
			builder.handlerTimeout(handler);
		}
		Duration unread = properties.getUnreadTimeout();
		if (unread != null) {
			builder.unreadTimeout(unread);
		}
		String bundle = properties.getSsl().getBundle();
		if (StringUtils.hasText(bundle)) {
			BundleContext context = context(name, bundle);
			if (properties instanceof ParentProperties && properties.getAllowedSubjects().isEmpty()) {
				context.warnIfAnybodyIsTrusted();
			}
			builder.ssl(context, context.parameters(properties.getSsl().getClientAuth()));
		}
		this.customizers.customize(name, builder);
	}

	private BundleContext context(String duct, String bundle) {
		try {
			return new BundleContext(duct, bundle, this.sslBundles.get(), this.reloads);
		}
		catch (NoSuchSslBundleException ex) {
			throw new DuctSetupException(
					"The duct '" + duct + "' has the SSL bundle '" + bundle + "', which does not exist.",
					"Define it below spring.ssl.bundle, or correct ssl.bundle of the duct.", ex);
		}
		catch (IllegalStateException ex) {
			throw new DuctSetupException(
					"The duct '" + duct + "' has the SSL bundle '" + bundle + "', which cannot be used: "
							+ NestedExceptionUtils.getMostSpecificCause(ex).getMessage() + ".",
					"Correct spring.ssl.bundle: its files, passwords, key alias or protocol.", ex);
		}
	}

	/**
	 * The codec of the defaults is for the ducts that it suits, and JSON-RPC is JSON.
	 */
	private MessageCodec codec(DuctProperties properties) {
		boolean rpc = properties.getProtocol() == Protocol.JSON_RPC;
		return switch (rpc ? DuctProperties.Codec.JSON : properties.getCodec()) {
			case JSON -> this.jsonCodec.get();
			case TEXT -> MessageCodec.text();
			case BYTES -> MessageCodec.bytes();
		};
	}

}
