package io.ductworks.test.autoconfigure;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/**
 * Knows the properties of {@link DuctTest}.
 */
class DuctTestContextBootstrapper extends TestSliceTestContextBootstrapper<DuctTest> {

}
