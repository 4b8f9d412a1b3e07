package io.ductworks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
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
			"io.ductworks.internal.connection", "io.ductworks.internal.protocol", "io.ductworks.message");

	private static final String INTERNAL = "io.ductworks.internal";

	/** Classes of the public API that need each other; that builders are sealed aside. */
	private static final List<Set<String>> CYCLES = List.of(Set.of("AnsweringHandler", "DuctHandler", "MessageDuct"));

	private static final int MAX_LINES = 400;

	private static JavaClasses core;

	@BeforeAll
	static void importClasses() {
		core = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
			.importPackages("io.ductworks")
			.that(DescribedPredicate.not(resideInAnyPackage("io.ductworks.peer")));
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
	@ValueSource(ints = { 0, 1, 2, 3, 4, 5, 6, 7 })
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
	void internalClassesWhenTheyUseEachOtherThenThereIsNoCycle() {
		SliceAssignment classes = new SliceAssignment() {

			@Override
			public String getDescription() {
				return "classes below " + INTERNAL;
			}

			@Override
			public SliceIdentifier getIdentifierOf(JavaClass type) {
				return type.getPackageName().startsWith(INTERNAL) ? SliceIdentifier.of(outermost(type).getName())
						: SliceIdentifier.ignore();
			}

		};
		slices().assignedFrom(classes)
			.should()
			.beFreeOfCycles()
			.because(
					"classes that need each other are one subject in two files; let the lower one declare an interface "
							+ "that the upper one implements")
			.check(core);
	}

	@Test
	void messageClassesWhenTheyNeedEachOtherThenThoseOfTheApiAlone() {
		List<Set<String>> cycles = new Cycles(
				core.stream().filter((type) -> type.getPackageName().equals("io.ductworks.message")).toList())
			.find();

		assertThat(cycles)
			.as("classes of io.ductworks.message that need each other; the public API alone may, since its interfaces name "
					+ "each other")
			.containsExactlyInAnyOrderElementsOf(CYCLES);
	}

	private static JavaClass outermost(JavaClass type) {
		return type.getEnclosingClass().map(ArchitectureTests::outermost).orElse(type);
	}

	/**
	 * Finds classes that need each other, by the algorithm of Tarjan.
	 */
	private static final class Cycles {

		private final Map<String, Set<String>> uses = new TreeMap<>();

		private final Map<String, Integer> index = new HashMap<>();

		private final Map<String, Integer> lowest = new HashMap<>();

		private final Deque<String> stack = new ArrayDeque<>();

		private final List<Set<String>> found = new ArrayList<>();

		Cycles(List<JavaClass> types) {
			for (JavaClass type : types) {
				type.getDirectDependenciesFromSelf()
					.stream()
					.map(Dependency::getTargetClass)
					.map(JavaClass::getBaseComponentType)
					.filter((target) -> target.getPackageName().equals(type.getPackageName()))
					.forEach((target) -> this.uses
						.computeIfAbsent(outermost(type).getSimpleName(), (name) -> new TreeSet<>())
						.add(outermost(target).getSimpleName()));
			}
		}

		List<Set<String>> find() {
			List.copyOf(this.uses.keySet())
				.stream()
				.filter((type) -> !this.index.containsKey(type))
				.forEach(this::visit);
			return this.found;
		}

		private void visit(String type) {
			this.index.put(type, this.index.size());
			this.lowest.put(type, this.index.get(type));
			this.stack.push(type);
			for (String used : this.uses.getOrDefault(type, Set.of())) {
				if (!this.index.containsKey(used)) {
					visit(used);
					this.lowest.merge(type, this.lowest.get(used), Math::min);
				}
				else if (this.stack.contains(used)) {
					this.lowest.merge(type, this.index.get(used), Math::min);
				}
			}
			if (this.lowest.get(type).equals(this.index.get(type))) {
				Set<String> component = new TreeSet<>();
				do {
					component.add(this.stack.peek());
				}
				while (!this.stack.pop().equals(type));
				if (component.size() > 1) {
					this.found.add(component);
				}
			}
		}

	}

	@Test
	void connectionWhenItIsReadThenKnowsNoCodecAndNoDuct() {
		noClasses().that()
			.resideInAPackage(INTERNAL + ".connection")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.ductworks.message", "io.ductworks.codec")
			.because("a connection carries payload bytes; tell its owner through ConnectionListener")
			.check(core);
	}

	@Test
	void protocolWhenItReadsThenKnowsNoConnection() {
		noClasses().that()
			.resideInAPackage(INTERNAL + ".protocol")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(INTERNAL + ".connection", INTERNAL + ".frame", INTERNAL + ".transport")
			.because("a protocol knows what bytes mean, not where they come from; let io.ductworks.message carry them")
			.check(core);
	}

	@Test
	void fileWhenItHoldsAClassThenHasAtMostFourHundredLines() throws IOException {
		try (Stream<Path> files = Files.walk(Path.of("src", "main", "java"))) {
			Map<String, Long> tooLong = new TreeMap<>();
			for (Path file : files.filter((path) -> path.toString().endsWith(".java")).toList()) {
				try (Stream<String> lines = Files.lines(file)) {
					long count = lines.count();
					if (count > MAX_LINES) {
						tooLong.put(String.valueOf(file.getFileName()), count);
					}
				}
			}
			assertThat(tooLong).as("files with more than 400 lines, which hold two subjects: split them").isEmpty();
		}
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
	void jacksonWhenItIsUsedThenByCodecsProtocolsAndProblems() {
		noClasses().that()
			.resideOutsideOfPackages("io.ductworks.codec", INTERNAL + ".protocol")
			.and()
			.doNotHaveSimpleName("Problems")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("tools.jackson..")
			.because("all others know bytes, not what they mean; let a codec read and write them")
			.check(core);
	}

	@Test
	void internalsWhenAnApplicationLooksThenAppearInNoSignature() {
		codeUnits().that()
			.arePublic()
			.or()
			.areProtected()
			.should(keepInternalsToThemselves())
			.because("applications use messages; keep the type package-private, or translate to a type of "
					+ "io.ductworks.message or an exception of io.ductworks")
			.check(core);
	}

	private static ArchCondition<JavaCodeUnit> keepInternalsToThemselves() {
		return new ArchCondition<>("not mention " + INTERNAL + " where applications see them") {

			@Override
			public void check(JavaCodeUnit unit, ConditionEvents events) {
				if (isVisible(unit.getOwner())
						&& !unit.getOwner().getPackageName().startsWith("io.ductworks.internal")) {
					Stream
						.of(Stream.of(unit.getRawReturnType()), unit.getRawParameterTypes().stream(),
								unit.getExceptionTypes().stream())
						.flatMap((types) -> types)
						.filter((type) -> type.getPackageName().startsWith(INTERNAL))
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
	void internalTypeWhenItIsPublicThenAnotherPackageNamesIt() {
		classes().that()
			.resideInAPackage(INTERNAL + "..")
			.and()
			.areTopLevelClasses()
			.and()
			.arePublic()
			.and()
			// Until io.ductworks.message uses it.
			.resideOutsideOfPackage(INTERNAL + ".protocol")
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
