package io.ductworks.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

import com.sun.management.UnixOperatingSystemMXBean;

/**
 * What a process uses.
 *
 * @param heap bytes in use on the heap after a collection
 * @param resident bytes in memory
 * @param threads how many there are
 * @param descriptors how many files and sockets are open
 */
record Vitals(long heap, long resident, long threads, long descriptors) {

	static Vitals now() throws IOException {
		System.gc();
		System.gc();
		return new Vitals(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), readResident(),
				ManagementFactory.getThreadMXBean().getThreadCount(), system().getOpenFileDescriptorCount());
	}

	static long maxDescriptors() {
		return system().getMaxFileDescriptorCount();
	}

	private static UnixOperatingSystemMXBean system() {
		return ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
	}

	private static long readResident() throws IOException {
		for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
			if (line.startsWith("VmRSS:")) {
				return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
			}
		}
		throw new IOException("No VmRSS in /proc/self/status");
	}

}
