/**
 * Ducts as beans: the registry, customizers and application events.
 */
@NullMarked
package io.ductworks.spring;

import org.jspecify.annotations.NullMarked;
