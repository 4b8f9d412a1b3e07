package io.ductworks.trials;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;

/**
 * What a trial needs of the machine. Trials are skipped where it is missing.
 */
final class Machine {

	private Machine() {
	}

	/**
	 * Skips the trial unless this process is root's on Linux.
	 */
	static void needRoot() throws IOException {
		Path self = Path.of("/proc/self");
		boolean root = Files.exists(self) && Files.getAttribute(self, "unix:uid").equals(0);
		Assumptions.assumeTrue(root, "needs root on Linux");
	}

	/**
	 * Skips the trial unless there is a program.
	 * @param program its name
	 * @param debianPackage where it is to be had
	 */
	static void need(String program, String debianPackage) {
		boolean found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, program)));
		Assumptions.assumeTrue(found,
				"needs the program " + program + " on the PATH, of the Debian package " + debianPackage);
	}

	/**
	 * Runs a program to its end.
	 * @return what it printed
	 * @throws IOException if it failed
	 */
	static String run(String... command) throws IOException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		process.getOutputStream().close();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		try {
			if (process.waitFor() != 0) {
				throw new IOException(List.of(command) + " failed: " + output);
			}
		}
		catch (InterruptedException ex) {
			process.destroyForcibly();
			Thread.currentThread().interrupt();
			throw new IOException(List.of(command) + " was interrupted", ex);
		}
		return output;
	}

	/**
	 * Copies the class path to where every user may read it, directories as archives.
	 * @return the class path there
	 */
	static String copyClassPath(Path directory) throws IOException {
		Files.createDirectories(directory);
		StringBuilder copies = new StringBuilder();
		int number = 0;
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
			Path source = Path.of(entry);
			Path copy = directory.resolve(number++ + ".jar");
			if (Files.isDirectory(source)) {
				run(Path.of(System.getProperty("java.home"), "bin", "jar").toString(), "cf0", copy.toString(), "-C",
						entry, ".");
			}
			else if (Files.exists(source)) {
				Files.copy(source, copy);
			}
			copies.append(copy).append(File.pathSeparator);
		}
		return copies.toString();
	}

}
