package io.ductworks.spring.boot.autoconfigure;

import java.time.Duration;

import io.ductworks.message.Accept;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.NestedConfigurationProperty;

/**
 * What holds for all ducts that do not set it themselves.
 */
class DefaultsProperties extends DuctProperties {

	/**
	 * How many children are accepted: one and no other, one at a time, or many.
	 */
	private Accept accept = Accept.MANY;

	/**
	 * Maximum number of children that are connected at a time.
	 */
	private int maxChildren = 256;

	/**
	 * Maximum number of children that are accepted in a second.
	 */
	private int acceptsPerSecond = 200;

	/**
	 * Maximum number of children that wait until they are accepted.
	 */
	private int backlog = 1024;

	/**
	 * How long a child may take for the handshake of TLS.
	 */
	private Duration handshakeTimeout = Duration.ofSeconds(10);

	/**
	 * Permissions of the file of a Unix domain socket, such as 0660 or rw-rw----.
	 */
	private String permissions = "0600";

	/**
	 * Name or number of the group of the file of a Unix domain socket. The group of the
	 * process if not set.
	 */
	private @Nullable String group;

	/**
	 * Whether a parent may listen without TLS where other machines reach it.
	 */
	private boolean allowPlaintext;

	/**
	 * Whether children that are refused are sent one frame that says why.
	 */
	private boolean refusalFrame;

	/**
	 * How to connect.
	 */
	@NestedConfigurationProperty
	private final ConnectProperties connect = new ConnectProperties();

	public Accept getAccept() {
		return this.accept;
	}

	public void setAccept(Accept accept) {
		this.accept = accept;
	}

	public int getMaxChildren() {
		return this.maxChildren;
	}

	public void setMaxChildren(int maxChildren) {
		this.maxChildren = maxChildren;
	}

	public int getAcceptsPerSecond() {
		return this.acceptsPerSecond;
	}

	public void setAcceptsPerSecond(int acceptsPerSecond) {
		this.acceptsPerSecond = acceptsPerSecond;
	}

	public int getBacklog() {
		return this.backlog;
	}

	public void setBacklog(int backlog) {
		this.backlog = backlog;
	}

	public Duration getHandshakeTimeout() {
		return this.handshakeTimeout;
	}

	public void setHandshakeTimeout(Duration handshakeTimeout) {
		this.handshakeTimeout = handshakeTimeout;
	}

	public boolean isAllowPlaintext() {
		return this.allowPlaintext;
	}

	public void setAllowPlaintext(boolean allowPlaintext) {
		this.allowPlaintext = allowPlaintext;
	}

	public boolean isRefusalFrame() {
		return this.refusalFrame;
	}

	public void setRefusalFrame(boolean refusalFrame) {
		this.refusalFrame = refusalFrame;
	}

	public String getPermissions() {
		return this.permissions;
	}

	public void setPermissions(String permissions) {
		this.permissions = permissions;
	}

	public @Nullable String getGroup() {
		return this.group;
	}

	public void setGroup(@Nullable String group) {
		this.group = group;
	}

	public ConnectProperties getConnect() {
		return this.connect;
	}

}
