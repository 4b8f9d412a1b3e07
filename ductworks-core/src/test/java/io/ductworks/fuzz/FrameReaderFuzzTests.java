package io.ductworks.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.ductworks.internal.frame.FakeConnection;
import io.ductworks.internal.frame.FrameReader;
import io.ductworks.internal.frame.MalformedFrameException;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Any bytes in any pieces. To look for more inputs:
 * {@code mvn -Pfuzz -pl ductworks-core -Dfuzz.target=FrameReaderFuzzTests test}
 * <p>
 * The first byte of an input says how frames are taken, by the bits below. The second
 * makes the stream longer, from {@code 0xF0} on. The third is the number of sizes of
 * pieces that follow it; they are used over and over, without any the stream comes in one
 * piece. The rest is the stream.
 */
@ExtendWith(FuzzFigures.class)
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class FrameReaderFuzzTests {

	/** More is read before a frame is taken. */
	private static final int READ_ON = 1;

	/** Memory is given back after each frame, if it can be. */
	private static final int RELEASE = 2;

	/** Payloads are copied from where they stand. */
	private static final int COPY = 4;

	/** One that is easily exceeded, and one with which frames outgrow the buffer. */
	private static final int[] LIMITS = { 300, 200_000 };

	/** A frame again, so that there are some behind a large one. */
	private static final byte[] FILLER = new byte[256];

	static {
		ByteBuffer.wrap(FILLER).put((byte) 'T').putInt(FILLER.length - 5).put((byte) 'x');
	}

	@FuzzTest
	void w22FramesWhenBytesComeInAnyPiecesThenReadAsANaiveParserReadsThem(byte[] input) throws Exception {
		FuzzFigures.executed();
		ByteBuffer data = ByteBuffer.wrap(input);
		int mode = number(data);
		int length = number(data);
		byte[] sizes = new byte[Math.min(number(data) & 0x0F, data.remaining())];
		data.get(sizes);
		byte[] stream = stream(data, (length < 0xF0) ? 0 : (length - 0xEF) * 8192);
		int[] cuts = cuts(stream.length, sizes);
		for (int limit : LIMITS) {
			ParsedStream parsed = ParsedStream.parse(stream, limit);

			assertThat(read(stream, cuts, limit, mode)).as("limit %d, in pieces", limit).isEqualTo(parsed);
			assertThat(read(stream, new int[0], limit, 0)).as("limit %d, in one piece", limit).isEqualTo(parsed);
		}
	}

	private static int number(ByteBuffer data) {
		return data.hasRemaining() ? data.get() & 0xFF : 0;
	}

	private static byte[] stream(ByteBuffer data, int filler) {
		int given = data.remaining();
		byte[] stream = new byte[given + filler];
		data.get(stream, 0, given);
		for (int i = 0; i < filler; i++) {
			stream[given + i] = FILLER[i % FILLER.length];
		}
		return stream;
	}

	/**
	 * Sizes of 1 to 128 bytes, and of 512 bytes to 64 KiB.
	 */
	private static int[] cuts(int length, byte[] sizes) {
		List<Integer> cuts = new ArrayList<>();
		int cut = 0;
		for (int i = 0; sizes.length > 0; i++) {
			int size = sizes[i % sizes.length];
			cut += (size >= 0) ? size + 1 : (size + 129) * 512;
			if (cut >= length) {
				break;
			}
			cuts.add(cut);
		}
		return cuts.stream().mapToInt(Integer::intValue).toArray();
	}

	private static ParsedStream read(byte[] stream, int[] cuts, int limit, int mode) throws IOException {
		FakeConnection connection = FakeConnection.cut(stream, cuts);
		FrameReader reader = new FrameReader(limit);
		List<ByteBuffer> payloads = new ArrayList<>();
		boolean ended = false;
		try {
			while (reader.next() || !ended) {
				if (reader.length() < 0) {
					if (!reader.hasRoom()) {
						throw new AssertionError("no room for what is missing");
					}
					ended = reader.fill(connection) < 0;
				}
				else {
					ended |= (mode & READ_ON) != 0 && reader.fill(connection) < 0;
					payloads.add(ByteBuffer.wrap(((mode & COPY) != 0) ? copy(reader) : reader.take()));
					if ((mode & RELEASE) != 0) {
						reader.release();
					}
				}
			}
		}
		catch (MalformedFrameException ex) {
			assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(reader::next)
				.withMessage(ex.getMessage());
			return new ParsedStream(payloads, ex.reason(), null);
		}
		finally {
			reader.ended();
		}
		return new ParsedStream(payloads, null, reader.unfinished());
	}

	private static byte[] copy(FrameReader reader) {
		byte[] payload = Arrays.copyOfRange(reader.array(), reader.offset(), reader.offset() + reader.length());
		reader.consume();
		return payload;
	}

}
