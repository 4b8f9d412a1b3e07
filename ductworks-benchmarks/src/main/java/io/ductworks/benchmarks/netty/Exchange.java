package io.ductworks.benchmarks.netty;

import java.util.concurrent.CompletableFuture;

/**
 * A payload on its way and the answer that is waited for.
 *
 * @param payload what to send
 * @param answer completed by the event loop
 */
record Exchange(byte[] payload, CompletableFuture<byte[]> answer) {
}
