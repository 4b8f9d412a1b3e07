/**
 * Ducts as beans: the registry, the life cycle with the application context, application
 * events.
 */
@NullMarked
package io.ductworks.spring;

import org.jspecify.annotations.NullMarked;
