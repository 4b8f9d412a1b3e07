package io.ductworks.internal.transport;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Map;
import java.util.Set;

/**
 * The files of this machine as a system shows them that knows neither permissions nor
 * keys of files, such as Windows.
 */
public final class PlainFileSystem extends FileSystem {

	private static final Set<String> VIEWS = Set.of("basic", "owner");

	private final Provider provider = new Provider();

	private final Runnable beforeOpening;

	PlainFileSystem() {
		this(() -> {
		});
	}

	/**
	 * Runs something before it opens a file, such as what holds that up.
	 */
	public PlainFileSystem(Runnable beforeOpening) {
		this.beforeOpening = beforeOpening;
	}

	/**
	 * Shows a path in this system; what is derived from it is in this system too.
	 */
	public Path show(Path real) {
		return (Path) Proxy.newProxyInstance(Shown.class.getClassLoader(), new Class<?>[] { Path.class, Shown.class },
				(proxy, method, arguments) -> switch (method.getName()) {
					case "getFileSystem" -> this;
					case "real" -> real;
					case "equals" -> arguments[0] instanceof Path other && real.equals(real(other));
					default -> shown(invoke(method, real, arguments));
				});
	}

	private static Object invoke(Method method, Path real, Object[] arguments) throws Throwable {
		Object[] unwrapped = (arguments != null) ? arguments.clone() : new Object[0];
		for (int i = 0; i < unwrapped.length; i++) {
			unwrapped[i] = (unwrapped[i] instanceof Path path) ? real(path) : unwrapped[i];
		}
		try {
			return method.invoke(real, unwrapped);
		}
		catch (InvocationTargetException ex) {
			throw ex.getCause();
		}
	}

	private Object shown(Object result) {
		return (result instanceof Path path) ? show(path) : result;
	}

	private static Path real(Path path) {
		return (path instanceof Shown shown) ? shown.real() : path;
	}

	/** Tells the real path. */
	private interface Shown {

		Path real();

	}

	@Override
	public FileSystemProvider provider() {
		return this.provider;
	}

	@Override
	public Set<String> supportedFileAttributeViews() {
		return VIEWS;
	}

	@Override
	public void close() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean isOpen() {
		return true;
	}

	@Override
	public boolean isReadOnly() {
		return false;
	}

	@Override
	public String getSeparator() {
		return "/";
	}

	@Override
	public Iterable<Path> getRootDirectories() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Iterable<FileStore> getFileStores() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Path getPath(String first, String... more) {
		return show(Path.of(first, more));
	}

	@Override
	public PathMatcher getPathMatcher(String syntaxAndPattern) {
		throw new UnsupportedOperationException();
	}

	@Override
	public UserPrincipalLookupService getUserPrincipalLookupService() {
		throw new UnsupportedOperationException();
	}

	@Override
	public WatchService newWatchService() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Refuses permissions as the JDK does on such a system.
	 */
	private final class Provider extends FileSystemProvider {

		@Override
		public String getScheme() {
			return "plain";
		}

		@Override
		public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
			requireNone(attributes);
			Files.createDirectory(real(directory));
		}

		@Override
		public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
				throws IOException {
			requireNone(attributes);
			PlainFileSystem.this.beforeOpening.run();
			return FileChannel.open(real(path), options);
		}

		private static void requireNone(FileAttribute<?>... attributes) {
			if (attributes.length > 0) {
				throw new UnsupportedOperationException("'" + attributes[0].name() + "' not supported");
			}
		}

		@Override
		public void delete(Path path) throws IOException {
			Files.delete(real(path));
		}

		@Override
		public void checkAccess(Path path, AccessMode... modes) throws IOException {
			real(path).getFileSystem().provider().checkAccess(real(path), modes);
		}

		@Override
		public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
			return null;
		}

		@Override
		@SuppressWarnings("unchecked")
		public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
				throws IOException {
			if (type != BasicFileAttributes.class) {
				throw new UnsupportedOperationException();
			}
			BasicFileAttributes real = Files.readAttributes(real(path), BasicFileAttributes.class, options);
			return (A) Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { BasicFileAttributes.class },
					(proxy, method, arguments) -> method.getName().equals("fileKey") ? null
							: BasicFileAttributes.class.getMethod(method.getName()).invoke(real));
		}

		@Override
		public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
			throw new UnsupportedOperationException(attributes);
		}

		@Override
		public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
			throw new UnsupportedOperationException(attribute);
		}

		@Override
		public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
			throw new UnsupportedOperationException();
		}

		@Override
		public FileSystem getFileSystem(URI uri) {
			throw new UnsupportedOperationException();
		}

		@Override
		public Path getPath(URI uri) {
			throw new UnsupportedOperationException();
		}

		@Override
		public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options,
				FileAttribute<?>... attributes) {
			throw new UnsupportedOperationException();
		}

		@Override
		public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void copy(Path source, Path target, CopyOption... options) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void move(Path source, Path target, CopyOption... options) {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean isSameFile(Path path, Path other) {
			throw new UnsupportedOperationException();
		}

		@Override
		public boolean isHidden(Path path) {
			throw new UnsupportedOperationException();
		}

		@Override
		public FileStore getFileStore(Path path) {
			throw new UnsupportedOperationException();
		}

	}

}
