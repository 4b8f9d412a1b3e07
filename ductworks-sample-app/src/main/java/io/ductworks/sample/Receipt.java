package io.ductworks.sample;

/**
 * What the warehouse answers to an order.
 */
record Receipt(String number, String customer, int pieces, boolean backOrdered) {
}
