package io.ductworks.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

import io.ductworks.codec.MessageCodec;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * An order to JSON and back, by the codec and by Jackson alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {

	private final ObjectWriter writer = JsonMapper.shared().writerFor(Order.class);

	private final ObjectReader reader = JsonMapper.shared().readerFor(Order.class);

	private final MessageCodec codec = MessageCodec.json();

	private final Object order = Payloads.data(Scenarios.of("T3-unix"));

	private final byte[] json = this.writer.writeValueAsBytes(this.order);

	private final ByteArrayOutputStream target = new ByteArrayOutputStream(1024);

	/**
	 * Writes an order with the codec.
	 * @return the length
	 * @throws IOException never
	 */
	@Benchmark
	public int codecWrite() throws IOException {
		this.target.reset();
		this.codec.encode(this.order, this.target);
		return this.target.size();
	}

	/**
	 * Reads an order with the codec.
	 * @return the order
	 * @throws IOException never
	 */
	@Benchmark
	public @Nullable Object codecRead() throws IOException {
		return this.codec.decode(this.json, 0, this.json.length, Order.class);
	}

	/**
	 * Writes an order with Jackson.
	 * @return the length
	 */
	@Benchmark
	public int plainWrite() {
		this.target.reset();
		this.writer.writeValue(this.target, this.order);
		return this.target.size();
	}

	/**
	 * Reads an order with Jackson.
	 * @return the order
	 */
	@Benchmark
	public Object plainRead() {
		return this.reader.readValue(this.json);
	}

}
