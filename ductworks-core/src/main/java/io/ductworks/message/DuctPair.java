package io.ductworks.message;

import java.time.Duration;
import java.util.function.UnaryOperator;

import io.ductworks.CommunicationFaultException;

/**
 * A parent and a child that are connected to each other: the counterpart of Python's
 * {@code multiprocessing.Pipe}.
 *
 * @param parent the end that listened
 * @param child the end that connected
 */
public record DuctPair(MessageDuctParent parent, MessageDuctChild child) implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	/**
	 * Makes a pair over a Unix domain socket that nobody else can reach.
	 * @return the connected pair
	 * @throws io.ductworks.DuctworksException if the two cannot be connected
	 */
	public static DuctPair create() {
		return create((parent) -> parent, (child) -> child);
	}

	/**
	 * Makes a pair with settings.
	 * @param parentSettings changes the parent's settings
	 * @param childSettings changes the child's settings; the address is set already
	 * @return the connected pair
	 * @throws io.ductworks.DuctworksException if the two cannot be connected
	 */
	public static DuctPair create(UnaryOperator<MessageDuctParent.Builder> parentSettings,
			UnaryOperator<MessageDuctChild.Builder> childSettings) {
		MessageDuctParent parent = parentSettings.apply(MessageDuctParent.builder()).build();
		MessageDuctChild child = null;
		try {
			parent.bind();
			child = childSettings.apply(MessageDuctChild.builder().address(parent.listenerAddress())).build();
			child.connect();
			if (!parent.listen(TIMEOUT)) {
				throw new CommunicationFaultException("Duct '" + parent.name() + "': its child connected at "
						+ parent.listenerAddress() + " and was not accepted within " + TIMEOUT.toSeconds() + " s",
						null);
			}
			return new DuctPair(parent, child);
		}
		catch (RuntimeException | Error ex) {
			if (child != null) {
				child.close();
			}
			parent.close();
			throw ex;
		}
	}

	/**
	 * Closes both ends.
	 */
	@Override
	public void close() {
		try {
			// Each waits for the other to end the connection too.
			this.child.beginClosing();
			this.parent.close();
		}
		finally {
			this.child.close();
		}
	}

}
