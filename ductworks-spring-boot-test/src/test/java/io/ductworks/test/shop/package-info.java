/**
 * The application of the page on testing, and its tests.
 */
@NullMarked
package io.ductworks.test.shop;

import org.jspecify.annotations.NullMarked;
