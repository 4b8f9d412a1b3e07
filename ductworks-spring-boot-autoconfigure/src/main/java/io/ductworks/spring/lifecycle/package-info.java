/**
 * The life cycle of ducts in an application: they open, hand out messages, drain and
 * close, and what happens to them is published.
 */
@NullMarked
package io.ductworks.spring.lifecycle;

import org.jspecify.annotations.NullMarked;
