package io.ductworks.internal.frame;

import java.nio.ByteBuffer;

/**
 * The frames of one connection that are not yet written, and how many there ever were.
 * There are two batches, which are swapped: one fills while the other is written. Not
 * thread-safe: everything belongs to the holder of the queue's lock, only the bytes of
 * the batch that is written belong to the writer.
 */
final class Backlog {

	private Batch filling = new Batch();

	private Batch flushing = new Batch();

	private int pendingBytes;

	private long acceptedFrames;

	private long acceptedBytes;

	void append(byte[] payload, int offset, int length) {
		this.filling.append(payload, offset, length);
		accepted(length);
	}

	/**
	 * Takes a frame without copying all of its payload; the backlog is empty.
	 */
	void lend(byte[] payload, int length) {
		this.filling.lend(payload, length);
		accepted(length);
	}

	private void accepted(int length) {
		this.pendingBytes += FrameReader.HEADER_BYTES + length;
		this.acceptedFrames++;
		this.acceptedBytes += length;
	}

	/**
	 * Whether a frame would fit behind what waits. Nothing goes into a batch with a
	 * payload that is lent.
	 */
	boolean hasRoom(int length, int capacity) {
		return !this.filling.hasLent() && length <= (long) capacity - this.pendingBytes - FrameReader.HEADER_BYTES;
	}

	boolean isLent(byte[] payload) {
		return this.filling.isLent(payload) || this.flushing.isLent(payload);
	}

	/**
	 * Copies what is left of a payload that was lent; for the writer.
	 */
	void giveBack(byte[] payload) {
		this.filling.giveBack(payload);
		this.flushing.giveBack(payload);
	}

	/**
	 * Whether the batch that is written has come to its end; the writer needs no lock.
	 */
	boolean isFlushed() {
		return this.flushing.isWritten();
	}

	/**
	 * What to write next of the batch that is written; the writer needs no lock.
	 */
	ByteBuffer window(int size) {
		return this.flushing.window(size);
	}

	void written(int count) {
		this.pendingBytes -= count;
	}

	/**
	 * Empties the batch that was written; for the writer.
	 */
	void clearFlushed() {
		this.flushing.clear();
	}

	/**
	 * Goes on with the batch that has filled, unless that is empty; for the writer.
	 * @return whether there is something to write
	 */
	boolean swap() {
		if (this.filling.isWritten()) {
			return false;
		}
		Batch next = this.filling;
		this.filling = this.flushing;
		this.flushing = next;
		return true;
	}

	/**
	 * Gives back the memory; the backlog is empty.
	 */
	void freeMemory() {
		this.filling = new Batch();
		this.flushing = new Batch();
	}

	/**
	 * How many frames are not written to their end; for the writer.
	 */
	int unwrittenFrames() {
		return this.filling.unwrittenFrames() + this.flushing.unwrittenFrames();
	}

	/**
	 * How many frames not a byte is written of; for the writer.
	 */
	int untouchedFrames() {
		return this.filling.untouchedFrames() + this.flushing.untouchedFrames();
	}

	boolean isEmpty() {
		return this.pendingBytes == 0;
	}

	int pendingBytes() {
		return this.pendingBytes;
	}

	long acceptedFrames() {
		return this.acceptedFrames;
	}

	long acceptedBytes() {
		return this.acceptedBytes;
	}

}
