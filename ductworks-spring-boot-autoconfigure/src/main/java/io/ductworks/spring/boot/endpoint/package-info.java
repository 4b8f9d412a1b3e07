/**
 * The actuator endpoint that shows ducts and their connections.
 */
@NullMarked
package io.ductworks.spring.boot.endpoint;

import org.jspecify.annotations.NullMarked;
