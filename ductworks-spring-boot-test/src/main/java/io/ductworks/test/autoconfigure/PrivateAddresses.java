package io.ductworks.test.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import io.ductworks.transport.DuctAddress;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.FileSystemUtils;

/**
 * Where the ducts of one application context are: each configured address has a private
 * one in its place. Thread-safe.
 */
final class PrivateAddresses implements DisposableBean {

	/** A socket file may have a path of 106 bytes, and binds in a directory first. */
	private static final int LONGEST_DIRECTORY = 60;

	private static final int LONGEST_NAME = 24;

	private final Environment environment;

	/** By what is configured, guarded by this. */
	private final Map<String, DuctAddress> addresses = new HashMap<>();

	/** Made for the first address, guarded by this. */
	private @Nullable Path directory;

	PrivateAddresses(Environment environment) {
		this.environment = environment;
	}

	/**
	 * Whether there is such a duct.
	 */
	boolean isConfigured(String duct) {
		return isConfigured("parent", duct) || isConfigured("child", duct);
	}

	private boolean isConfigured(String role, String duct) {
		return configured(role, duct) != null || Binder.get(this.environment)
			.bind(key(role, duct) + ".pseudo-anonymous", Boolean.class)
			.orElse(false);
	}

	private @Nullable String configured(String role, String duct) {
		String address = Binder.get(this.environment).bind(key(role, duct) + ".address", String.class).orElse("");
		return address.isBlank() ? null : address;
	}

	private static String key(String role, String duct) {
		return "ductworks." + role + "." + duct;
	}

	/**
	 * Where a duct is. A parent that has no address, or any free port, is found by its
	 * name alone.
	 */
	synchronized DuctAddress address(String duct) {
		String parent = configured("parent", duct);
		String child = configured("child", duct);
		String configured = (parent != null) ? parent : child;
		String key = (configured == null || configured.endsWith(":0")) ? duct : configured;
		return this.addresses.computeIfAbsent(key, (added) -> make(duct));
	}

	private DuctAddress make(String duct) {
		Path directory = directory();
		return (directory != null)
				? new DuctAddress.Unix(directory.resolve(this.addresses.size() + "-" + shortened(duct) + ".sock"))
				: DuctAddress.parse("inproc:" + UUID.randomUUID());
	}

	private static String shortened(String duct) {
		return duct.substring(0, Math.min(LONGEST_NAME, duct.length()));
	}

	private @Nullable Path directory() {
		if (this.directory == null && FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
			try {
				Path made = Files.createTempDirectory("ducts");
				if (made.toString().length() > LONGEST_DIRECTORY) {
					Files.delete(made);
					return null;
				}
				this.directory = made;
			}
			catch (IOException ex) {
				throw new UncheckedIOException("No directory for the ducts of a test", ex);
			}
		}
		return this.directory;
	}

	/**
	 * The ducts have closed, and taken their files along.
	 */
	@Override
	public synchronized void destroy() throws IOException {
		FileSystemUtils.deleteRecursively(this.directory);
	}

}
