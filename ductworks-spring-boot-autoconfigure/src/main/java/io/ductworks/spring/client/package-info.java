/**
 * Interfaces whose methods ask or send over a duct: found, described and implemented.
 */
@NullMarked
package io.ductworks.spring.client;

import org.jspecify.annotations.NullMarked;
