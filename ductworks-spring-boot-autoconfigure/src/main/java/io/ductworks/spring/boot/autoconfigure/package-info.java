/**
 * Spring Boot: properties, auto-configuration and failure analysis for ducts.
 */
@NullMarked
package io.ductworks.spring.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
