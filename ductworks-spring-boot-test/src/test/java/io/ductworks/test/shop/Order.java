package io.ductworks.test.shop;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;

record Order(@NotBlank String sku, @Min(1) int pieces) {

}
