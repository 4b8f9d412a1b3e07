package io.ductworks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Gives the ducts of each virtual machine that runs tests a temporary directory of their
 * own, so that what two of them leave behind is not mixed up. Short, since the path of a
 * socket is. The JDK's own temporary files stay where they were: it looks only once.
 */
public class OwnTemporaryDirectory implements LauncherSessionListener {

	private static final String PROPERTY = "java.io.tmpdir";

	private String before;

	private Path directory;

	@Override
	public void launcherSessionOpened(LauncherSession session) {
		try {
			this.before = System.getProperty(PROPERTY);
			this.directory = Files.createTempDirectory("dw");
			System.setProperty(PROPERTY, this.directory.toString());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void launcherSessionClosed(LauncherSession session) {
		System.setProperty(PROPERTY, this.before);
		// Not with what is in it: that would be a test's, which is to be seen.
		this.directory.toFile().delete();
	}

}
