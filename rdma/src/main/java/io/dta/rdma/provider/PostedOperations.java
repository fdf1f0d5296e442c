package io.dta.rdma.provider;

import io.dta.rdma.RemoteRegion;

/**
 * The operations of a queue pair from posting to acknowledgement, with all that is needed to post
 * them again. They are numbered from 0 on; the number is also the work request identifier that the
 * library sees.
 *
 * <pre>
 *     completed  |  handed to the library  |  in the chain  |  free
 *  --------------+-------------------------+----------------+--------
 *              oldest                    handed            next
 * </pre>
 *
 * <p>Payloads lie in a ring of bytes, each in one piece, freed with its operation.
 */
final class PostedOperations {
  static final byte WRITE = 0;
  static final byte WRITE_IMMEDIATE = 1;
  static final byte FETCH_ADD = 2;

  private static final int ALIGNMENT = Long.BYTES;

  private final int mask;
  private final byte[] kinds;
  private final RemoteRegion[] regions;
  private final long[] offsets;
  private final int[] lengths;
  private final int[] immediates;

  /** The addend of an atomic; of a WRITE where its payload begins. */
  private final long[] operands;

  private final long[] workRequestIds;

  /** Where the payload ring was after the operation's payload. */
  private final long[] payloadEnds;

  private final int payloadCapacity;
  private long payloadOldest;
  private long payloadNext;
  private long oldest;
  private long handed;
  private long next;

  /**
   * @param depth the most operations, a power of two
   * @param payloadCapacity bytes of the payload ring
   */
  PostedOperations(int depth, int payloadCapacity) {
    mask = depth - 1;
    kinds = new byte[depth];
    regions = new RemoteRegion[depth];
    offsets = new long[depth];
    lengths = new int[depth];
    immediates = new int[depth];
    operands = new long[depth];
    workRequestIds = new long[depth];
    payloadEnds = new long[depth];
    this.payloadCapacity = payloadCapacity;
  }

  long oldest() {
    return oldest;
  }

  long handed() {
    return handed;
  }

  long next() {
    return next;
  }

  boolean isFull() {
    return next - oldest > mask;
  }

  int payloadCapacity() {
    return payloadCapacity;
  }

  /**
   * Where a payload goes in the payload ring, which does not cut it.
   *
   * @return negative where there is no room
   */
  int reserve(int length) {
    int position = (int) (payloadNext % payloadCapacity);
    int skipped = position + length > payloadCapacity ? payloadCapacity - position : 0;
    if (payloadNext + skipped + length - payloadOldest > payloadCapacity) {
      return -1;
    }
    return skipped > 0 ? 0 : position;
  }

  /** Appends a WRITE whose payload was put where {@link #reserve} said. */
  void appendWrite(
      byte kind,
      RemoteRegion region,
      long offset,
      int payload,
      int length,
      int immediate,
      long workRequestId) {
    int slot = append(kind, region, offset, length, workRequestId);
    operands[slot] = payload;
    immediates[slot] = immediate;
    int position = (int) (payloadNext % payloadCapacity);
    int skipped = payload < position ? payloadCapacity - position : 0;
    int aligned = (length + ALIGNMENT - 1) & -ALIGNMENT;
    payloadNext += skipped + aligned;
    payloadEnds[slot] = payloadNext;
  }

  void appendFetchAdd(RemoteRegion region, long offset, long addend, long workRequestId) {
    int slot = append(FETCH_ADD, region, offset, Long.BYTES, workRequestId);
    operands[slot] = addend;
    payloadEnds[slot] = payloadNext;
  }

  private int append(byte kind, RemoteRegion region, long offset, int length, long workRequestId) {
    int slot = (int) next & mask;
    kinds[slot] = kind;
    regions[slot] = region;
    offsets[slot] = offset;
    lengths[slot] = length;
    workRequestIds[slot] = workRequestId;
    next++;
    return slot;
  }

  /** All that is in the chain was handed to the library. */
  void handOver() {
    handed = next;
  }

  void removeOldest() {
    int slot = (int) oldest & mask;
    payloadOldest = payloadEnds[slot];
    regions[slot] = null;
    oldest++;
    handed = Math.max(handed, oldest);
  }

  byte kind(long number) {
    return kinds[(int) number & mask];
  }

  boolean isAtomic(long number) {
    return kind(number) == FETCH_ADD;
  }

  RemoteRegion region(long number) {
    return regions[(int) number & mask];
  }

  long offset(long number) {
    return offsets[(int) number & mask];
  }

  int length(long number) {
    return lengths[(int) number & mask];
  }

  int immediate(long number) {
    return immediates[(int) number & mask];
  }

  int payload(long number) {
    return (int) operands[(int) number & mask];
  }

  long addend(long number) {
    return operands[(int) number & mask];
  }

  long workRequestId(long number) {
    return workRequestIds[(int) number & mask];
  }
}
