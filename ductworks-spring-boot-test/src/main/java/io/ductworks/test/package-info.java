/**
 * What tests of applications that use ducts say about them.
 */
@NullMarked
package io.ductworks.test;

import org.jspecify.annotations.NullMarked;
