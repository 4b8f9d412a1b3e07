package io.ductworks.test.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * A test of the ducts of an application and nothing else: configured ducts at private
 * addresses, as by {@link AutoConfigureTestDucts}, the mapping of JSON, validation, and
 * the components that take part: those with a
 * {@link io.ductworks.spring.listener.DuctListener} method and what stands around these
 * or handles their failures, interfaces with
 * {@link io.ductworks.spring.client.DuctExchange}, observers and customizers of ducts,
 * and Jackson's components and modules. What these need besides is mostly a mock, by
 * {@code @MockitoBean}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(DuctTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(DuctTypeExcludeFilter.class)
@AutoConfigureTestDucts
@ImportAutoConfiguration
public @interface DuctTest {

	/**
	 * Properties to add to the environment before the test runs, such as
	 * {@code ductworks.defaults.request-timeout=1s}.
	 * @return the properties, each as {@code key=value}
	 */
	String[] properties() default {};

	/**
	 * Whether only the components that take part are beans.
	 * @return {@code false} to have none but those of {@link #includeFilters()}
	 */
	boolean useDefaultFilters() default true;

	/**
	 * Further components to have as beans.
	 * @return filters that match them
	 */
	Filter[] includeFilters() default {};

	/**
	 * Components to leave out.
	 * @return filters that match them
	 */
	Filter[] excludeFilters() default {};

	/**
	 * Auto-configuration to leave out.
	 * @return the classes
	 */
	@AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
	Class<?>[] excludeAutoConfiguration() default {};

}
