/**
 * Peers of ducts in Spring Security.
 */
@NullMarked
package io.ductworks.spring.security;

import org.jspecify.annotations.NullMarked;
