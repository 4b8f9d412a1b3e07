package io.ductworks.message;

import io.ductworks.internal.transport.SocketFileMode;

/**
 * The settings that a parent has for listening, apart from how many children it takes.
 * Not thread-safe.
 *
 * @param <B> the type of the builder itself
 */
public abstract sealed class ListenBuilder<B extends ListenBuilder<B>> extends DuctBuilder<B>
		permits MessageDuctParent.Builder {

	private int acceptsPerSecond = 200;

	private int backlog = 1024;

	private SocketFileMode fileMode = SocketFileMode.ownerOnly();

	private boolean allowPlaintext;

	private boolean refusalFrame;

	ListenBuilder(String role, String howToOpen) {
		super(role, howToOpen);
	}

	/**
	 * Sets how many children are accepted in a second, on average and at once; more wait
	 * in the backlog of the operating system. Default: 200.
	 * @param acceptsPerSecond the number, at least 1
	 * @return this builder
	 * @throws IllegalArgumentException if the number is less than 1
	 */
	public B acceptsPerSecond(int acceptsPerSecond) {
		if (acceptsPerSecond < 1) {
			throw new IllegalArgumentException("acceptsPerSecond is " + acceptsPerSecond + ", it must be at least 1");
		}
		this.acceptsPerSecond = acceptsPerSecond;
		return self();
	}

	/**
	 * Sets how many children may wait until they are accepted. One more is turned away
	 * over Unix domain sockets and in-process, and tries again if it does that by itself;
	 * over TCP the system holds it up. Linux takes no more than
	 * {@code net.core.somaxconn}, 4096 unless set. Default: 1024.
	 * @param backlog the number, at least 1
	 * @return this builder
	 * @throws IllegalArgumentException if the number is less than 1
	 */
	public B backlog(int backlog) {
		if (backlog < 1) {
			throw new IllegalArgumentException("backlog is " + backlog + ", it must be at least 1");
		}
		this.backlog = backlog;
		return self();
	}

	/**
	 * Sets the permissions of the file of a Unix domain socket, whatever the umask; to
	 * connect takes the permission to write. Others than the own user have to be
	 * {@linkplain #allowedUsers allowed} too. Default: {@code 0600}.
	 * @param permissions in octal, such as {@code 0660}, or in letters, such as
	 * {@code rw-rw----}
	 * @return this builder
	 * @throws IllegalArgumentException if the text is neither
	 */
	public B permissions(String permissions) {
		this.fileMode = this.fileMode.withPermissions(permissions);
		return self();
	}

	/**
	 * Sets the group of the file of a Unix domain socket. Default: that of this process.
	 * @param group the name or number of a group that this process may give the file
	 * @return this builder
	 */
	public B group(String group) {
		this.fileMode = this.fileMode.withGroup(group);
		return self();
	}

	/**
	 * Sets whether the parent may listen without TLS where other machines reach it.
	 * Default: no.
	 * @param allowPlaintext whether it may
	 * @return this builder
	 */
	public B allowPlaintext(boolean allowPlaintext) {
		this.allowPlaintext = allowPlaintext;
		return self();
	}

	/**
	 * Sets whether a child that is refused is sent one frame that says why, before its
	 * connection ends: a JSON object with the one member {@code ductworks:error}, of the
	 * type {@code ductworks:refused}. A child of this library then ends with reason
	 * {@link io.ductworks.CloseReason#REFUSED} and the parent's text; a child of the
	 * original would receive it as a message. Default: no.
	 * @param refusalFrame whether it is
	 * @return this builder
	 */
	public B refusalFrame(boolean refusalFrame) {
		this.refusalFrame = refusalFrame;
		return self();
	}

	ListenOptions listenOptions() {
		return new ListenOptions(this.fileMode, this.acceptsPerSecond, this.backlog, this.allowPlaintext,
				this.refusalFrame);
	}

}
