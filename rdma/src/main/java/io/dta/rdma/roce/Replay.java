package io.dta.rdma.roce;

import static io.dta.rdma.roce.RoceHeaders.ATOMIC_ADDRESS;
import static io.dta.rdma.roce.RoceHeaders.ATOMIC_RKEY;
import static io.dta.rdma.roce.RoceHeaders.ATOMIC_SWAP_OR_ADD;
import static io.dta.rdma.roce.RoceHeaders.BTH_FLAGS;
import static io.dta.rdma.roce.RoceHeaders.BTH_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.BTH_OPCODE;
import static io.dta.rdma.roce.RoceHeaders.IMMEDIATE_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.RETH_ADDRESS;
import static io.dta.rdma.roce.RoceHeaders.RETH_DMA_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.RETH_LENGTH;
import static io.dta.rdma.roce.RoceHeaders.RETH_RKEY;
import static io.dta.rdma.roce.RoceHeaders.UC;

import io.dta.rdma.CompletionStatus;
import io.dta.rdma.RdmaQueuePair;
import io.dta.rdma.RegionTranslation;
import io.dta.rdma.requester.FailedOperations;
import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Posts what a failed queue pair holds on its successor. The operations are read back from the
 * packets that were made of them.
 */
final class Replay implements FailedOperations {
  private final SendQueue queue;
  private final Completions completions;
  private final ByteBuffer packets;
  private final UnsafeBuffer bytes;

  /** The payload of a WRITE of several packets. */
  private final UnsafeBuffer gathered = new UnsafeBuffer(new byte[0]);

  Replay(SendQueue queue, Completions completions) {
    this.queue = queue;
    this.completions = completions;
    this.packets = queue.memory();
    this.bytes = new UnsafeBuffer(packets);
  }

  @Override
  public boolean isEmpty() {
    return queue.oldest() == queue.next();
  }

  @Override
  public long oldestWorkRequestId() {
    return queue.workRequestId(queue.endOfOldest() - 1);
  }

  @Override
  public boolean isOldestUncertain() {
    return completions.isOldestUncertain();
  }

  @Override
  public CompletionStatus groupStatus() {
    return completions.groupStatus();
  }

  @Override
  public void completeOldest(CompletionStatus status) {
    completions.completeOldest(status);
  }

  @Override
  public void moveOldest() {
    completions.moveOldest();
  }

  @Override
  public int postOldest(RdmaQueuePair successor, RegionTranslation regions, long id) {
    long first = queue.oldest();
    int header = queue.offset(first) + BTH_LENGTH;
    boolean atomic = queue.isAtomic(first);
    RegionTranslation.Place place =
        atomic
            ? regions.translate(
                packets.getInt(header + ATOMIC_RKEY), packets.getLong(header + ATOMIC_ADDRESS))
            : regions.translate(
                packets.getInt(header + RETH_RKEY), packets.getLong(header + RETH_ADDRESS));
    if (place == null) {
      return RdmaQueuePair.OUT_OF_BOUNDS;
    }
    if (atomic) {
      long addend = packets.getLong(header + ATOMIC_SWAP_OR_ADD);
      return successor.fetchAdd(place.region(), place.offset(), addend, id);
    }
    int length = packets.getInt(header + RETH_DMA_LENGTH);
    long last = queue.endOfOldest() - 1;
    boolean whole = last == first;
    if (!whole) {
      gather(first, last, length);
    }
    UnsafeBuffer source = whole ? bytes : gathered;
    int index = whole ? payload(first, true) : 0;
    return hasImmediate(last)
        ? successor.writeImmediate(
            place.region(), place.offset(), source, index, length, immediate(last, whole), id)
        : successor.write(place.region(), place.offset(), source, index, length, id);
  }

  private void gather(long first, long last, int length) {
    if (gathered.capacity() < length) {
      gathered.wrap(new byte[length]);
    }
    int at = 0;
    for (long sequence = first; sequence <= last; sequence++) {
      int payload = payload(sequence, sequence == first);
      int end = queue.offset(sequence) + queue.length(sequence) - padding(sequence);
      gathered.putBytes(at, bytes, payload, end - payload);
      at += end - payload;
    }
  }

  /** Where a packet's payload begins. */
  private int payload(long sequence, boolean first) {
    return queue.offset(sequence)
        + BTH_LENGTH
        + (first ? RETH_LENGTH : 0)
        + (hasImmediate(sequence) ? IMMEDIATE_LENGTH : 0);
  }

  private int padding(long sequence) {
    return packets.get(queue.offset(sequence) + BTH_FLAGS) >>> 4 & 3;
  }

  private boolean hasImmediate(long sequence) {
    int operation = packets.get(queue.offset(sequence) + BTH_OPCODE) & ~UC;
    return operation == RoceHeaders.RC_WRITE_ONLY_WITH_IMMEDIATE
        || operation == RoceHeaders.RC_WRITE_LAST_WITH_IMMEDIATE;
  }

  private int immediate(long sequence, boolean first) {
    return packets.getInt(payload(sequence, first) - IMMEDIATE_LENGTH);
  }
}
