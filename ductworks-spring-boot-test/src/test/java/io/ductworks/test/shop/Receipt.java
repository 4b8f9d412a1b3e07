package io.ductworks.test.shop;

record Receipt(String number) {

}
