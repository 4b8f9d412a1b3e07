package io.ductworks.test.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Puts all configured ducts of the application under test at private addresses, so that
 * tests that run at the same time, and contexts that are kept for later tests, do not
 * meet. A parent and a child of the application that have the same configured address
 * have the same private one. What belongs to the configured address is left out:
 * {@code ssl}, {@code allowed-users}, {@code allowed-groups}, {@code allowed-subjects},
 * {@code permissions} and {@code group}. A duct that the application has built itself
 * stays where it is.
 * <p>
 * The private address is a Unix domain socket in a temporary directory, or an in-process
 * one where the system has no files with permissions. The property
 * {@code local.ductworks.<name>.address} tells it, for a
 * {@link io.ductworks.peer.DuctPeer} at the other end.
 * <p>
 * Peers of a test come and go within milliseconds. So a child tries to connect every 10
 * to 100 ms, and requests wait for it until their own time-out, unless
 * {@code ductworks.defaults.connect.retry} and
 * {@code ductworks.defaults.disconnected-grace} are set.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureTestDucts {

}
