package io.ductworks.message;

/**
 * What a parent decides of the children that come to it.
 */
interface Admission {

	/**
	 * Whether it has had the only child that it takes.
	 */
	boolean hadChild();

	/**
	 * Notes that a child was taken.
	 * @return whether it was the only one that there may be
	 */
	boolean taken();

}
