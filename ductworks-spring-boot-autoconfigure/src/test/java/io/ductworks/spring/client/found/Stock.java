package io.ductworks.spring.client.found;

import io.ductworks.spring.client.DuctExchange;

/**
 * Found where it is: in the package of an application.
 */
@DuctExchange("orders")
public interface Stock {

	int count(String sku);

}
