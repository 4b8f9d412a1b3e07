package io.ductworks.spring.boot.autoconfigure;

import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;

/**
 * Where ducts are, if not where their properties say: a bean of this type takes the place
 * of {@code address}, be it in a test or beside a container that was just started. Of a
 * duct that it moves, {@code ssl}, {@code allowed-*}, {@code permissions} and
 * {@code group} are left out: they belong to the address that was configured.
 */
@FunctionalInterface
public interface DuctConnectionDetails extends ConnectionDetails {

	/**
	 * Where a duct is.
	 * @param duct the name of the duct, such as {@code orders} for
	 * {@code ductworks.parent.orders}
	 * @return where a parent binds or a child connects to, {@code null} if that is where
	 * its properties say
	 */
	@Nullable DuctAddress address(String duct);

}
