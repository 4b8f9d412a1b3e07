package io.ductworks.test.shop;

import org.springframework.stereotype.Service;

@Service
class Stock {

	String reserve(String sku, int pieces) {
		return sku + "-" + pieces;
	}

}
