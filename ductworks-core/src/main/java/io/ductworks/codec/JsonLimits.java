package io.ductworks.codec;

import tools.jackson.core.StreamReadConstraints;

/**
 * How much JSON may be read, unless a mapper's own limits are stricter. A number may not
 * become larger than it may be written: {@code 1e99999} takes eight bytes, and as a
 * {@link java.math.BigInteger} a hundred thousand digits. Immutable.
 */
final class JsonLimits extends StreamReadConstraints {

	private static final long serialVersionUID = 1L;

	private static final int MAX_NESTING_DEPTH = 500;

	private static final int MAX_NUMBER_LENGTH = 1000;

	private static final long MAX_TOKEN_COUNT = 250_000;

	private JsonLimits(StreamReadConstraints own, int depth, long tokens, int digits) {
		super(depth, own.getMaxDocumentLength(), tokens, digits, own.getMaxStringLength(), own.getMaxNameLength());
	}

	static JsonLimits within(StreamReadConstraints own) {
		return new JsonLimits(own, Math.min(own.getMaxNestingDepth(), MAX_NESTING_DEPTH),
				own.hasMaxTokenCount() ? Math.min(own.getMaxTokenCount(), MAX_TOKEN_COUNT) : MAX_TOKEN_COUNT,
				Math.min(own.getMaxNumberLength(), MAX_NUMBER_LENGTH));
	}

	@Override
	public void validateBigIntegerScale(int scale) {
		if (Math.abs((long) scale) > getMaxNumberLength()) {
			throw _constructException("A number with an exponent of %s is no integer that is read, the limit is %s",
					scale, getMaxNumberLength());
		}
	}

}
