/**
 * Methods that take the messages of a duct: found, described and invoked.
 */
@NullMarked
package io.ductworks.spring.listener;

import org.jspecify.annotations.NullMarked;
