package io.dta.collector.event;

import io.dta.primitives.Primitive;
import io.dta.primitives.store.Store;

/**
 * A report with the immediate flag is in memory.
 *
 * @param id counts the events of a collector from 1, also those that a subscriber does not see
 * @param timeNs when the RNIC told of it, nanoseconds since the epoch
 * @param store the store that it was written to
 * @param detail the low 16 bits of the slot (Key-Write) or chunk (Postcarding) of the last copy,
 *     the list (Append) or the epoch (Sketch-Merge)
 * @param queuePairNumber through which queue pair; 0 for shared memory
 * @param length what the WRITE put into memory, in bytes
 */
public record ImmediateEvent(
    long id, long timeNs, Store store, int detail, int queuePairNumber, int length) {
  /** What kind of report it was. */
  public Primitive primitive() {
    return store.primitive();
  }
}
