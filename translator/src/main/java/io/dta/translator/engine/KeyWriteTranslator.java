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
import io.dta.rdma.RemoteRegion;
import org.agrona.MutableDirectBuffer;

/**
 * Key-Write: N WRITEs of checksum ‖ value at N hashed slots (DTA section 3).
 *
 * <p>A report's value follows its key. Once the key is hashed nobody needs it, so the checksum is
 * written over the 4 bytes before the value, and the slot is one piece of the datagram: its bytes
 * are copied once, from there into the packet or the memory. Base header, redundancy and key are 4
 * bytes at least, in the compact format too, so those bytes are the report's own.
 */
final class KeyWriteTranslator {
  private static final int OPCODE = Primitive.KEY_WRITE.opcode();

  private final KeyWriteStore store;
  private final int redundancy;
  private final int slotIndex;
  private final int slotLength;
  private final CollectorLink[] links;
  private final RemoteRegion[] regions;
  private final EngineCounters counters;
  private final KeyWriteHasher hasher;
  private final CollectorHasher collectorHasher;

  KeyWriteTranslator(
      KeyWriteStore store, CollectorLink[] links, RemoteRegion[] regions, EngineCounters counters) {
    this.store = store;
    this.redundancy = store.redundancy();
    this.slotIndex =
        KeyWriteReport.valueOffset(store.key().length()) - KeyWriteStore.CHECKSUM_LENGTH;
    this.slotLength = store.slotLength();
    this.links = links;
    this.regions = regions;
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
    int copies = KeyWriteReport.redundancy(buffer, body);
    if (copies == 0 || copies > redundancy) {
      return DropReason.BAD_REDUNDANCY;
    }
    int key = body + KeyWriteReport.KEY_OFFSET;
    int target = links.length == 1 ? 0 : collectorHasher.collector(buffer, key, links.length);
    CollectorLink link = links[target];
    DropReason refusal = link.admit(copies);
    if (refusal != null) {
      return refusal;
    }
    hasher.hash(buffer, key, copies);
    int slot = body + slotIndex;
    putChecksum(buffer, slot);
    RemoteRegion region = regions[target];
    int last = copies - 1;
    for (int copy = 0; copy < last; copy++) {
      int result = link.write(region, hasher.slotOffset(copy), buffer, slot, slotLength);
      if (result != RdmaQueuePair.POSTED) {
        counters.operations(OPCODE, copy);
        return link.refused(result);
      }
    }
    long offset = hasher.slotOffset(last);
    int result =
        BaseHeader.isImmediate(flags)
            ? link.writeLastImmediate(
                region, offset, buffer, slot, slotLength, immediate(offset), OPCODE, 1)
            : link.writeLast(region, offset, buffer, slot, slotLength, OPCODE, 1);
    if (result != RdmaQueuePair.POSTED) {
      counters.operations(OPCODE, last);
      return link.refused(result);
    }
    counters.operations(OPCODE, copies);
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
