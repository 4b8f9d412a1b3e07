package io.ductworks.test;

import io.ductworks.message.MessageDuct;
import org.jspecify.annotations.Nullable;

/**
 * Where assertions about ducts begin: {@code assertThat(ordersDuct).isConnected()}.
 */
public final class DuctAssertions {

	private DuctAssertions() {
	}

	/**
	 * Begins assertions about a duct.
	 * @param actual a parent, a child or one connection
	 * @return the assertions, which wait for what they assert
	 */
	public static DuctAssert assertThat(@Nullable MessageDuct actual) {
		return new DuctAssert(actual);
	}

}
