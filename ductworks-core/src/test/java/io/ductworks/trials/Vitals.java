package io.ductworks.trials;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

import com.sun.management.UnixOperatingSystemMXBean;

/**
 * What must not grow.
 *
 * @param heap the bytes in use
 * @param descriptors open file descriptors
 * @param threads live threads
 * @param files the files in the directory of the trial
 */
record Vitals(long heap, long descriptors, int threads, long files) {

	static Vitals now(Path directory) throws IOException {
		try (Stream<Path> files = Files.walk(directory)) {
			return new Vitals(usedHeap(),
					ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class).getOpenFileDescriptorCount(),
					ManagementFactory.getThreadMXBean().getThreadCount(), files.count());
		}
	}

	static long usedHeap() {
		System.gc();
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	/**
	 * Whether nothing is more than before, but the heap by a margin.
	 */
	boolean isAtMost(Vitals before, long heapMargin) {
		return this.heap <= before.heap + heapMargin && this.descriptors <= before.descriptors
				&& this.threads <= before.threads && this.files <= before.files;
	}

	@Override
	public String toString() {
		return this.descriptors + " descriptors, " + this.threads + " threads, " + this.files + " files, "
				+ this.heap / 1024 + " KiB of heap";
	}

}
