package io.ductworks.spring.client;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AliasFor;

/**
 * Makes beans of interfaces with {@link DuctExchange}: for those that are not in the
 * packages of a Spring Boot application, whose own are found without it. If it names
 * nothing, the package of the annotated class is searched. To be set on a class with
 * {@link org.springframework.context.annotation.Configuration}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Import(ImportedDuctExchanges.class)
public @interface ImportDuctExchanges {

	/**
	 * The same as {@link #types()}.
	 * @return the interfaces
	 */
	@AliasFor("types")
	Class<?>[] value() default {};

	/**
	 * Interfaces to make beans of.
	 * @return the interfaces
	 */
	@AliasFor("value")
	Class<?>[] types() default {};

	/**
	 * Packages to search, with those below them. Placeholders are resolved.
	 * @return the names of the packages
	 */
	String[] basePackages() default {};

	/**
	 * Classes whose packages are searched, with those below them.
	 * @return any class of each package
	 */
	Class<?>[] basePackageClasses() default {};

}
