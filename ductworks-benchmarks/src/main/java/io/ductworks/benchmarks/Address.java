package io.ductworks.benchmarks;

import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * Where the answering side listens: one of the two, as the scenario's transport says.
 *
 * @param file for a Unix domain socket
 * @param tcp on loopback
 */
public record Address(Path file, InetSocketAddress tcp) {
}
