package io.ductworks.spring.client.found;

import io.ductworks.spring.client.ImportDuctExchanges;

import org.springframework.context.annotation.Configuration;

/**
 * Searches its own package.
 */
@ImportDuctExchanges
@Configuration(proxyBeanMethods = false)
public class Importing {

}
