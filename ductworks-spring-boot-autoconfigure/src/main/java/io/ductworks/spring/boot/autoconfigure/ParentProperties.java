package io.ductworks.spring.boot.autoconfigure;

import java.time.Duration;

import io.ductworks.message.Accept;
import org.jspecify.annotations.Nullable;

/**
 * A parent: a duct that binds and listens.
 */
class ParentProperties extends DuctProperties {

	/**
	 * Address, such as unix:/run/shop/orders.sock or tcp://127.0.0.1:7400.
	 */
	private @Nullable String address;

	/**
	 * Whether to listen at a Unix domain socket with a fresh private path instead of an
	 * address.
	 */
	private boolean pseudoAnonymous;

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

	@Override
	void moveTo(String address) {
		super.moveTo(address);
		this.address = address;
		this.pseudoAnonymous = false;
		this.permissions = "0600";
		this.group = null;
	}

	public @Nullable String getAddress() {
		return this.address;
	}

	public void setAddress(@Nullable String address) {
		this.address = address;
	}

	public boolean isPseudoAnonymous() {
		return this.pseudoAnonymous;
	}

	public void setPseudoAnonymous(boolean pseudoAnonymous) {
		this.pseudoAnonymous = pseudoAnonymous;
	}

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

}
