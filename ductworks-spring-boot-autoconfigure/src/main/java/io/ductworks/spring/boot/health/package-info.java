/**
 * Health of ducts.
 */
@NullMarked
package io.ductworks.spring.boot.health;

import org.jspecify.annotations.NullMarked;
