package io.ductworks.message;

/**
 * What callers are told of a duct that is not open, each as the end of a sentence that
 * begins with the duct.
 *
 * @param notYet why it is not open before it was for the first time, and what to do
 * @param noMore why not after it was
 */
record NotOpen(String notYet, String noMore) {

	/**
	 * The texts of a duct that the code which uses it opens itself.
	 * @param howToOpen what to do, as half a sentence
	 */
	static NotOpen until(String howToOpen) {
		return new NotOpen("not open yet; " + howToOpen, "closed by this side; " + howToOpen);
	}

}
