package io.ductworks.message;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Installs what a Node program of the tests needs, once for a clean build.
 */
final class NodePackages {

	private static final int TIMEOUT_SECONDS = 90;

	private static Boolean installed;

	private NodePackages() {
	}

	/**
	 * Has npm install the packages beside the {@code package.json} that names them.
	 * @return whether they are there
	 */
	static synchronized boolean areInstalled(Path directory) throws Exception {
		if (installed == null) {
			installed = Files.isDirectory(directory.resolve("node_modules").resolve("vscode-jsonrpc"))
					|| install(directory);
		}
		return installed;
	}

	private static boolean install(Path directory) throws Exception {
		Process npm = new ProcessBuilder("npm", "install", "--no-package-lock", "--no-audit", "--no-fund",
				"--ignore-scripts")
			.directory(directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.start();
		boolean ended = npm.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
		if (!ended) {
			npm.destroyForcibly().waitFor();
		}
		return ended && npm.exitValue() == 0;
	}

}
