/**
 * Applications under test get ducts of their own, apart from those of all others.
 */
@NullMarked
package io.ductworks.test.autoconfigure;

import org.jspecify.annotations.NullMarked;
