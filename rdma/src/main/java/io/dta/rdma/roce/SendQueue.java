package io.dta.rdma.roce;

import java.nio.ByteBuffer;

/**
 * The packets of a queue pair from posting to acknowledgement, each in a slot of its own, kept so
 * that they can be sent again.
 *
 * <p>Packets are numbered by a 64-bit sequence that never wraps; the PSN is the starting PSN plus
 * it, modulo 2^24, and the slot its low bits.
 *
 * <pre>
 *      completed   |  unacknowledged         |  never sent  |  free
 *  ----------------+-------------------------+--------------+--------
 *               oldest ...received ...cursor   sent          next
 * </pre>
 *
 * <p>{@code received} is where the responder's knowledge ends: all before it arrived. {@code
 * cursor} is the next to send; it falls back to send again. What is before {@code received} is
 * settled, but for atomics whose own answer has not come. An operation's packets are freed
 * together, so that it can be written again as a whole, elsewhere.
 */
final class SendQueue {
  private static final int ATOMIC = 1;
  private static final int ANSWERED = 2;
  private static final int LAST_OF_OPERATION = 4;
  private static final int CACHE_LINE = 64;

  private final ByteBuffer memory;
  private final int stride;
  private final int mask;
  private final int startingPsn;
  private final int[] lengths;
  private final byte[] flags;
  private final long[] workRequestIds;

  private long oldest;

  /** Between the oldest packet and the last one of its operation; before both where not known. */
  private long withinOldest;

  private long received;
  private long cursor;
  private long sent;
  private long next;

  /**
   * @param slots a power of two
   * @param slotLength the longest packet, iCRC included
   */
  SendQueue(int slots, int slotLength, int startingPsn) {
    // An odd number of cache lines spreads the slots' first lines over all cache sets.
    stride = (((slotLength + CACHE_LINE - 1) / CACHE_LINE) | 1) * CACHE_LINE;
    memory = ByteBuffer.allocateDirect(Math.multiplyExact(slots, stride));
    mask = slots - 1;
    this.startingPsn = startingPsn;
    lengths = new int[slots];
    flags = new byte[slots];
    workRequestIds = new long[slots];
  }

  ByteBuffer memory() {
    return memory;
  }

  int capacity() {
    return mask + 1;
  }

  int free() {
    return mask + 1 - (int) (next - oldest);
  }

  long oldest() {
    return oldest;
  }

  long received() {
    return received;
  }

  long cursor() {
    return cursor;
  }

  long sent() {
    return sent;
  }

  long next() {
    return next;
  }

  int psn(long sequence) {
    return (int) (startingPsn + sequence) & RoceHeaders.MASK_24;
  }

  /**
   * The sequence of a PSN, the one nearest to the oldest packet; negative or before {@link #oldest}
   * where it is not in the queue.
   */
  long sequenceOf(int psn) {
    return oldest + RoceHeaders.psnDistance(psn, psn(oldest));
  }

  /** Where the packet begins in {@link #memory}. */
  int offset(long sequence) {
    return ((int) sequence & mask) * stride;
  }

  /** The packet's length without iCRC. */
  int length(long sequence) {
    return lengths[(int) sequence & mask];
  }

  long workRequestId(long sequence) {
    return workRequestIds[(int) sequence & mask];
  }

  boolean isAtomic(long sequence) {
    return (flags[(int) sequence & mask] & ATOMIC) != 0;
  }

  boolean isLastOfOperation(long sequence) {
    return (flags[(int) sequence & mask] & LAST_OF_OPERATION) != 0;
  }

  /**
   * Whether the responder is known to have carried it out, and its answer, where it has one, is
   * here.
   */
  boolean isSettled(long sequence) {
    return sequence < received && (flags[(int) sequence & mask] & (ATOMIC | ANSWERED)) != ATOMIC;
  }

  /** Appends the packet that was written at {@code offset(next())}. */
  void append(int length, boolean atomic, boolean lastOfOperation, long workRequestId) {
    int slot = (int) next & mask;
    lengths[slot] = length;
    flags[slot] = (byte) ((atomic ? ATOMIC : 0) | (lastOfOperation ? LAST_OF_OPERATION : 0));
    workRequestIds[slot] = workRequestId;
    next++;
  }

  /** The packet under the cursor was sent, or need not be. */
  void advanceCursor() {
    cursor++;
    if (cursor > sent) {
      sent = cursor;
    }
  }

  void moveCursorBack(long sequence) {
    if (sequence < cursor) {
      cursor = Math.max(sequence, oldest);
    }
  }

  /** Marks an atomic's own answer as arrived. */
  void answer(long sequence) {
    flags[(int) sequence & mask] |= ANSWERED;
  }

  /**
   * Everything before a sequence has arrived at the responder.
   *
   * @return whether that is news
   */
  boolean receivedBefore(long sequence) {
    if (sequence <= received) {
      return false;
    }
    received = sequence;
    return true;
  }

  /** The sequence after the last packet of the oldest operation; there is one. */
  long endOfOldest() {
    long sequence = Math.max(withinOldest, oldest);
    while (!isLastOfOperation(sequence)) {
      sequence++;
    }
    withinOldest = sequence;
    return sequence + 1;
  }

  /**
   * Whether the responder is known to have carried out all that was sent to it, and its answers are
   * here.
   */
  boolean isAllSentSettled() {
    return received >= sent && (oldest >= sent || !isAtomic(oldest) || isSettled(oldest));
  }

  /** Frees the slots before a sequence, where an operation ends. */
  void removeBefore(long sequence) {
    oldest = sequence;
    cursor = Math.max(cursor, oldest);
    // Both matter only where a queue pair gives up packets that were not acknowledged, or not even
    // sent.
    sent = Math.max(sent, oldest);
    received = Math.max(received, oldest);
  }
}
