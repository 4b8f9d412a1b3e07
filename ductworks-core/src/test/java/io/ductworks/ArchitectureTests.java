package io.ductworks;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

class ArchitectureTests {

	/** Bottom to top: each uses only those before it. */
	private static final List<String> PACKAGES = List.of("io.ductworks", "io.ductworks.transport", "io.ductworks.codec",
			"io.ductworks.internal.loop", "io.ductworks.internal.transport", "io.ductworks.internal.frame",
			"io.ductworks.internal.connection", "io.ductworks.message");

	private static final String FRAME = "io.ductworks.internal.frame";

	private static JavaClasses core;

	@BeforeAll
	static void importClasses() {
		core = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
			.importPackages("io.ductworks");
	}

	@Test
	void coreWhenListedThenHasThePackagesOfTheDesign() {
		Set<String> packages = core.stream()
			.map(JavaClass::getPackageName)
			.collect(Collectors.toCollection(TreeSet::new));

		assertThat(packages)
			.as("packages of ductworks-core; a new one needs its place in the order of ArchitectureTests "
					+ "and of CONTRIBUTING.md")
			.containsExactlyInAnyOrderElementsOf(PACKAGES);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 4, 5, 6 })
	void packageWhenItUsesAnotherThenThatIsOneBelow(int index) {
		String[] above = PACKAGES.subList(index + 1, PACKAGES.size()).toArray(String[]::new);

		noClasses().that()
			.resideInAPackage(PACKAGES.get(index))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(above)
			.because("packages only use those below them; let the upper package call with what the lower one needs, "
					+ "or declare an interface in the lower one that the upper one implements")
			.check(core);
	}

	@Test
	void packagesWhenTheyUseEachOtherThenThereIsNoCycle() {
		slices().matching("io.(**)")
			.should()
			.beFreeOfCycles()
			.because("packages that need each other are one; move the type that closes the cycle to the lower package")
			.check(core);
	}

	@Test
	void coreWhenItUsesLibrariesThenOnlySlf4jJspecifyAndJackson() {
		classes().should()
			.onlyDependOnClassesThat(resideInAnyPackage("io.ductworks..", "java..", "javax.net.ssl",
					"javax.security.auth..", "jdk.net", "org.slf4j", "org.jspecify.annotations", "tools.jackson..")
				.or(DescribedPredicate.describe("primitives", JavaClass::isPrimitive)
					.or(DescribedPredicate.describe("arrays", JavaClass::isArray))))
			.because("ductworks-core is plain Java that any program can use; what needs another library belongs "
					+ "into a module of its own")
			.check(core);
	}

	@Test
	void coreWhenItUsesLibrariesThenSpringIsNotAmongThem() {
		noClasses().should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "io.ductworks.spring..")
			.because("ductworks-core knows no Spring; what needs it belongs into ductworks-spring-boot-autoconfigure")
			.check(core);
	}

	@Test
	void jacksonWhenItIsUsedThenByCodecsAndTheErrorReply() {
		noClasses().that()
			.resideInAnyPackage("io.ductworks", "io.ductworks.transport", "io.ductworks.internal..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("tools.jackson..")
			.because("these packages know bytes, not what they mean; let a codec read and write them")
			.check(core);
	}

	@Test
	void frameWhenAnApplicationLooksThenAppearsInNoSignature() {
		codeUnits().that()
			.arePublic()
			.or()
			.areProtected()
			.should(keepFramesToThemselves())
			.because("applications use messages; keep the type package-private, or translate to a type of "
					+ "io.ductworks.message or an exception of io.ductworks")
			.check(core);
	}

	private static ArchCondition<JavaCodeUnit> keepFramesToThemselves() {
		return new ArchCondition<>("not mention " + FRAME + " where applications see them") {

			@Override
			public void check(JavaCodeUnit unit, ConditionEvents events) {
				if (isVisible(unit.getOwner())
						&& !unit.getOwner().getPackageName().startsWith("io.ductworks.internal")) {
					Stream
						.of(Stream.of(unit.getRawReturnType()), unit.getRawParameterTypes().stream(),
								unit.getExceptionTypes().stream())
						.flatMap((types) -> types)
						.filter((type) -> type.getPackageName().equals(FRAME))
						.forEach((type) -> events.add(SimpleConditionEvent.violated(unit,
								unit.getFullName() + " mentions " + type.getName())));
				}
			}

		};
	}

	private static boolean isVisible(JavaClass type) {
		return type.getModifiers().contains(JavaModifier.PUBLIC)
				&& type.getEnclosingClass().map(ArchitectureTests::isVisible).orElse(true);
	}

	@Test
	void frameWhenATypeIsPublicThenAnotherPackageNamesIt() {
		classes().that()
			.resideInAPackage(FRAME)
			.and()
			.arePublic()
			.should(beNamedByAnotherPackage())
			.because("a type is package-private unless another package must name it; remove public")
			.check(core);
	}

	private static ArchCondition<JavaClass> beNamedByAnotherPackage() {
		return new ArchCondition<>("be named by another package") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				boolean named = type.getDirectDependenciesToSelf()
					.stream()
					.anyMatch((use) -> !use.getOriginClass().getPackage().equals(type.getPackage()));
				events.add(new SimpleConditionEvent(type, named, type.getName() + " is named by its own package only"));
			}

		};
	}

	@Test
	void packageWhenItHasTypesThenIsNullMarked() {
		classes().should(resideInANullMarkedPackage())
			.because("nullness is checked in marked packages only; add a package-info.java with one sentence and "
					+ "@NullMarked")
			.check(core);
	}

	private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
		return new ArchCondition<>("reside in a @NullMarked package") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				events.add(new SimpleConditionEvent(type, type.getPackage().isAnnotatedWith(NullMarked.class),
						type.getName() + " is in " + type.getPackageName() + ", which is not"));
			}

		};
	}

	@Test
	void l18TimeWhenItIsMeasuredThenByAClockThatNobodySets() {
		noClasses().should()
			.callMethod(System.class, "currentTimeMillis")
			.orShould()
			.dependOnClassesThat()
			.haveFullyQualifiedName("java.time.Instant")
			.orShould()
			.dependOnClassesThat()
			.haveFullyQualifiedName("java.time.Clock")
			.because("the wall clock jumps, and deadlines must not")
			.check(core);
	}

}
