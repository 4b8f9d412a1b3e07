/**
 * What a native image has to know of ducts.
 */
@NullMarked
package io.ductworks.spring.boot.aot;

import org.jspecify.annotations.NullMarked;
