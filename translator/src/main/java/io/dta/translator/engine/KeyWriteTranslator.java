package io.dta.translator.engine;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.primitives.Primitive;
import io.dta.primitives.hash.CollectorHasher;
import io.dta.primitives.store.KeyWriteHasher;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.ImmediateData;
import io.dta.primitives.wire.KeyWriteReport;
import io.dta.rdma.RdmaQueuePair;
import org.agrona.MutableDirectBuffer;

/**
 * Key-Write: N WRITEs of checksum ‖ value at N hashed slots (DTA section 3).
 *
 * <p>A report's value follows its key. Once the key is hashed nobody needs it, so the checksum is
 * written over the 4 bytes before the value, and the slot is one piece of the datagram: its bytes
 * are copied once, from there into the packet or the memory. Base header, redundancy and key are 4
 * bytes at least, in the compact format too, so those bytes are the report's own.
 *
 * <p>Reports that follow each other are prepared in a window, hashed and checksummed, and then
 * posted in a loop that does little else: stores leave a core in their order, so a slot that is not
 * in the cache holds up all that is stored behind it, and the queue of stores is short.
 */
final class KeyWriteTranslator {
  private static final int OPCODE = Primitive.KEY_WRITE.opcode();

  /** How many reports are prepared before the first of them is posted. */
  private static final int WINDOW = 32;

  private final KeyWriteStore store;
  private final int redundancy;
  private final int slotIndex;
  private final int slotLength;
  private final CollectorLink[] links;
  private final int storeIndex;
  private final EngineCounters counters;
  private final KeyWriteHasher hasher;
  private final CollectorHasher collectorHasher;

  // The reports of a window: copies, collector, and the offsets of the slots.
  private final int[] copies = new int[WINDOW];
  private final int[] targets = new int[WINDOW];
  private final long[] offsets = new long[WINDOW * KeyWriteStore.MAX_REDUNDANCY];

  KeyWriteTranslator(KeyWriteStore store, CollectorLink[] links, EngineCounters counters) {
    this.store = store;
    this.redundancy = store.redundancy();
    this.slotIndex =
        KeyWriteReport.valueOffset(store.key().length()) - KeyWriteStore.CHECKSUM_LENGTH;
    this.slotLength = store.slotLength();
    this.links = links;
    this.storeIndex = LinkRegions.index(store);
    this.counters = counters;
    this.hasher = new KeyWriteHasher(store);
    this.collectorHasher = new CollectorHasher(store.key().length());
  }

  /**
   * Translates a report.
   *
   * @param body the index of its first byte after the base header
   * @return null, or why it is dropped
   */
  DropReason translate(MutableDirectBuffer buffer, int body, int flags) {
    DropReason refusal = prepare(buffer, body, 0);
    return refusal != null ? refusal : post(buffer, body, flags, 0);
  }

  /**
   * Translates reports that follow each other.
   *
   * @param distance from report to report
   */
  void translate(MutableDirectBuffer buffer, int body, int distance, int count, int flags) {
    for (int i = 0; i < count; i += WINDOW) {
      translateWindow(buffer, body + i * distance, distance, Math.min(WINDOW, count - i), flags);
    }
  }

  private void translateWindow(
      MutableDirectBuffer buffer, int body, int distance, int count, int flags) {
    for (int i = 0; i < count; i++) {
      DropReason refusal = prepare(buffer, body + i * distance, i);
      if (refusal != null) {
        copies[i] = 0;
        counters.dropped(OPCODE, refusal, 1);
      }
    }
    for (int i = 0; i < count; i++) {
      if (copies[i] > 0) {
        DropReason refusal = post(buffer, body + i * distance, flags, i);
        if (refusal != null) {
          counters.dropped(OPCODE, refusal, 1);
        }
      }
    }
  }

  /** Checks and hashes a report, and makes its slot. */
  private DropReason prepare(MutableDirectBuffer buffer, int body, int place) {
    int count = KeyWriteReport.redundancy(buffer, body);
    if (count == 0 || count > redundancy) {
      return DropReason.BAD_REDUNDANCY;
    }
    int key = body + KeyWriteReport.KEY_OFFSET;
    int target = links.length == 1 ? 0 : collectorHasher.collector(buffer, key, links.length);
    DropReason refusal = links[target].admit(storeIndex, count);
    if (refusal != null) {
      return refusal;
    }
    hasher.hash(buffer, key, count);
    for (int copy = 0; copy < count; copy++) {
      offsets[place * KeyWriteStore.MAX_REDUNDANCY + copy] = hasher.slotOffset(copy);
    }
    copies[place] = count;
    targets[place] = target;
    putChecksum(buffer, body + slotIndex);
    return null;
  }

  /** Posts the WRITEs of a report that is prepared. */
  private DropReason post(MutableDirectBuffer buffer, int body, int flags, int place) {
    CollectorLink link = links[targets[place]];
    int slot = body + slotIndex;
    int first = place * KeyWriteStore.MAX_REDUNDANCY;
    int last = first + copies[place] - 1;
    for (int i = first; i < last; i++) {
      int result = link.write(storeIndex, offsets[i], buffer, slot, slotLength);
      if (result != RdmaQueuePair.POSTED) {
        counters.operations(OPCODE, i - first);
        return link.refused(result);
      }
    }
    long offset = offsets[last];
    int result =
        BaseHeader.isImmediate(flags)
            ? link.writeLastImmediate(
                storeIndex,
                offset,
                buffer,
                slot,
                slotLength,
                immediate(offset),
                OPCODE,
                1,
                link.arrivedNs())
            : link.writeLast(
                storeIndex, offset, buffer, slot, slotLength, OPCODE, 1, link.arrivedNs());
    if (result != RdmaQueuePair.POSTED) {
      counters.operations(OPCODE, last - first);
      return link.refused(result);
    }
    counters.operations(OPCODE, copies[place]);
    return null;
  }

  /**
   * Writes the checksum in front of the value. Where the value is long enough, together with its
   * first 4 bytes: the slot is read again at once, in words of 8 bytes, and a word that was stored
   * in one piece can be loaded before the stores ahead of it, to slots that are not in the cache,
   * are done.
   */
  private void putChecksum(MutableDirectBuffer buffer, int slot) {
    int checksum = hasher.checksum();
    if (slotLength >= Long.BYTES) {
      long value = buffer.getInt(slot + KeyWriteStore.VALUE_OFFSET, BIG_ENDIAN) & 0xFFFF_FFFFL;
      buffer.putLong(slot, ((long) checksum << Integer.SIZE) | value, BIG_ENDIAN);
    } else {
      buffer.putInt(slot, checksum, BIG_ENDIAN);
    }
  }

  private int immediate(long offset) {
    return ImmediateData.of(Primitive.KEY_WRITE, store.id(), offset / store.stride());
  }
}
