package io.ductworks.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Where a run took place.
 *
 * @param date when
 * @param kernel the operating system
 * @param processor the model
 * @param cores how many
 * @param jdk the runtime of all processes
 * @param options the options of all processes
 * @param command what was asked of the harness
 * @param versions of the libraries, by their names
 */
record Environment(String date, String kernel, String processor, int cores, String jdk, List<String> options,
		String command, Map<String, String> versions) {

	private static final Pattern JAR_VERSION = Pattern.compile("-(\\d[^/]*)\\.jar$");

	static Environment here(LocalDate date, String command) throws IOException {
		Map<String, String> versions = new LinkedHashMap<>();
		version("tools.jackson.databind.json.JsonMapper", "Jackson", versions);
		version("org.springframework.boot.SpringApplication", "Spring Boot", versions);
		for (Entrant entrant : Entrant.ALL) {
			if (entrant.libraryClass() != null) {
				version(entrant.libraryClass(), entrant.label(), versions);
			}
		}
		return new Environment(date.toString(), System.getProperty("os.name") + " " + kernelVersion(), processorModel(),
				Runtime.getRuntime().availableProcessors(),
				System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
				ProcessPair.JVM_OPTIONS, command, versions);
	}

	private static String kernelVersion() {
		Matcher matcher = Pattern.compile("^\\d+\\.\\d+").matcher(System.getProperty("os.version"));
		return matcher.find() ? matcher.group() : "";
	}

	private static String processorModel() throws IOException {
		Path file = Path.of("/proc/cpuinfo");
		for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
			if (line.startsWith("model name")) {
				return line.substring(line.indexOf(':') + 1).strip();
			}
		}
		return System.getProperty("os.arch");
	}

	private static void version(String className, String library, Map<String, String> versions) {
		try {
			Class<?> type = Class.forName(className, false, Environment.class.getClassLoader());
			String version = type.getPackage().getImplementationVersion();
			versions.put(library, (version != null) ? version : jarVersion(type));
		}
		catch (ClassNotFoundException ex) {
			// Not among the contenders of this build.
		}
	}

	private static String jarVersion(Class<?> type) {
		return jarVersion(type.getProtectionDomain().getCodeSource().getLocation().getPath());
	}

	static String jarVersion(@Nullable String jar) {
		Matcher matcher = JAR_VERSION.matcher((jar != null) ? jar : "");
		return matcher.find() ? matcher.group(1) : "unknown";
	}

}
