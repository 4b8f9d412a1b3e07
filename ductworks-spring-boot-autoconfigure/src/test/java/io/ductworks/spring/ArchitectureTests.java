package io.ductworks.spring;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

class ArchitectureTests {

	private static final JavaClasses MAIN = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("io.ductworks.spring");

	@Test
	void mainWhenImportedThenIsThere() {
		assertThat(MAIN).extracting(JavaClass::getPackageName)
			.contains("io.ductworks.spring", "io.ductworks.spring.lifecycle", "io.ductworks.spring.listener",
					"io.ductworks.spring.client", "io.ductworks.spring.observation",
					"io.ductworks.spring.boot.autoconfigure", "io.ductworks.spring.boot.endpoint",
					"io.ductworks.spring.boot.health", "io.ductworks.spring.boot.metrics");
	}

	@Test
	void springWhenLookedAtThenKnowsNoBoot() {
		noClasses().that()
			.resideInAnyPackage("io.ductworks.spring", "io.ductworks.spring.lifecycle", "io.ductworks.spring.listener",
					"io.ductworks.spring.client", "io.ductworks.spring.observation")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot..", "io.ductworks.spring.boot..")
			.check(MAIN);
	}

	@Test
	void springWhenLookedAtThenDoesNotKnowListeners() {
		noClasses().that()
			.resideInAnyPackage("io.ductworks.spring", "io.ductworks.spring.lifecycle")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.ductworks.spring.listener..", "org.springframework.messaging..")
			.check(MAIN);
	}

	@Test
	void clientsAndListenersWhenLookedAtThenDoNotKnowEachOther() {
		noClasses().that()
			.resideInAPackage("io.ductworks.spring.client")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.ductworks.spring.lifecycle", "io.ductworks.spring.listener",
					"org.springframework.messaging..")
			.check(MAIN);
		noClasses().that()
			.resideInAPackage("io.ductworks.spring.listener")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.ductworks.spring.client")
			.check(MAIN);
	}

	@Test
	void observationWhenLookedAtThenIsKnownToNoneOfWhatItObserves() {
		noClasses().that()
			.resideInAnyPackage("io.ductworks.spring", "io.ductworks.spring.lifecycle", "io.ductworks.spring.listener",
					"io.ductworks.spring.client")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.ductworks.spring.observation")
			.check(MAIN);
	}

	@Test
	void reactorWhenUsedThenOnlyWhereItNeedNotBe() {
		noClasses().that()
			.doNotHaveSimpleName("DeferredRequest")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("reactor..")
			.check(MAIN);
	}

	@Test
	void springWhenLookedAtThenDoesNotKnowItsLifecycle() {
		noClasses().that()
			.resideInAPackage("io.ductworks.spring")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.ductworks.spring.lifecycle")
			.check(MAIN);
	}

	@Test
	void metricsHealthAndEndpointWhenLookedAtThenKnowNeitherEachOtherNorTheirWiring() {
		slices().matching("io.ductworks.spring.boot.(*)..")
			.should()
			.notDependOnEachOther()
			.ignoreDependency(resideInAPackage("io.ductworks.spring.boot.autoconfigure"), alwaysTrue())
			.check(MAIN);
	}

	@Test
	void packagesWhenLookedAtThenHaveNoCycles() {
		slices().matching("io.ductworks.(**)").should().beFreeOfCycles().check(MAIN);
	}

	@Test
	void micrometerWhenUsedThenOnlyByMetricsAndObservation() {
		noClasses().that()
			.resideOutsideOfPackages("io.ductworks.spring.boot.metrics..", "io.ductworks.spring.observation..")
			.and()
			.haveNameNotMatching(".*\\.Duct(Metrics|Observation)AutoConfiguration(\\$.*)?")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.micrometer..")
			.check(MAIN);
	}

	@Test
	void healthOfBootWhenUsedThenOnlyByHealth() {
		noClasses().that()
			.resideOutsideOfPackage("io.ductworks.spring.boot.health..")
			.and()
			.haveNameNotMatching(".*\\.DuctHealthAutoConfiguration(\\$.*)?")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.boot.health..")
			.check(MAIN);
	}

	@Test
	void actuatorWhenUsedThenOnlyByEndpoint() {
		noClasses().that()
			.resideOutsideOfPackage("io.ductworks.spring.boot.endpoint..")
			.and()
			.haveNameNotMatching(".*\\.DuctEndpointAutoConfiguration(\\$.*)?")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework.boot.actuate..")
			.check(MAIN);
	}

	@Test
	void internalsOfTheCoreWhenLookedForThenAreNotUsed() {
		noClasses().should().dependOnClassesThat().resideInAPackage("io.ductworks.internal..").check(MAIN);
	}

	@Test
	void packagesWhenLookedAtThenAreNullMarked() {
		classes().should(resideInANullMarkedPackage()).check(MAIN);
	}

	@Test
	void typesOfAutoconfigureWhenNotForApplicationsThenArePackagePrivate() {
		noClasses().that()
			.resideInAPackage("io.ductworks.spring.boot.autoconfigure")
			.and()
			.doNotHaveSimpleName("package-info")
			.and()
			.doNotHaveSimpleName("DuctConnectionDetails")
			.and(DescribedPredicate.describe("are no auto-configuration",
					(type) -> !type.getSimpleName().endsWith("AutoConfiguration")))
			.should()
			.haveModifier(JavaModifier.PUBLIC)
			.check(MAIN);
	}

	private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
		return new ArchCondition<>("reside in a @NullMarked package") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
				events.add(new SimpleConditionEvent(type, marked, type.getPackageName() + " is not @NullMarked"));
			}

		};
	}

}
