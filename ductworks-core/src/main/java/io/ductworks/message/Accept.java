package io.ductworks.message;

/**
 * How many children a parent takes.
 */
public enum Accept {

	/**
	 * One child, once: when it is in, the listener closes and its socket file goes.
	 */
	ONCE,

	/**
	 * One child at a time: the listener stays, and when a child has gone the next one may
	 * come.
	 */
	AGAIN,

	/**
	 * Many children at a time, up to the parent's {@code maxChildren}.
	 */
	MANY

}
