package io.dta.primitives.datagram;

import io.dta.primitives.store.AppendStore;
import io.dta.primitives.store.KeyIncrementStore;
import io.dta.primitives.store.KeyWriteStore;
import io.dta.primitives.store.PostcardingStore;
import io.dta.primitives.store.SketchStore;
import io.dta.primitives.store.Store;
import io.dta.primitives.wire.AppendReport;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.HeaderFormat;
import io.dta.primitives.wire.KeyIncrementReport;
import io.dta.primitives.wire.KeyWriteReport;
import io.dta.primitives.wire.PostcardReport;
import io.dta.primitives.wire.SketchColumnReport;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Puts reports back to back into a datagram, in place, as a reporter does.
 *
 * <p>Every report method returns false, and leaves the datagram as it is, where the report does not
 * fit any more: send the datagram, {@link #wrap} again and repeat. {@code flags} are {@link
 * BaseHeader#IMMEDIATE_FLAG} and {@link BaseHeader#RETRANSMITTABLE_FLAG}; {@code seqnum} means
 * something with the latter only. Values are not judged: what a report says is the translator's to
 * check. Allocates nothing. For one thread.
 */
public final class DatagramBuilder {
  private static final int FLAGS_MASK = BaseHeader.IMMEDIATE_FLAG | BaseHeader.RETRANSMITTABLE_FLAG;

  private final HeaderFormat format;
  private MutableDirectBuffer buffer;
  private int offset;
  private int position;
  private int end;
  private int reports;

  public DatagramBuilder(HeaderFormat format) {
    this.format = format;
  }

  /**
   * Starts an empty datagram.
   *
   * @param target where its bytes go
   * @param index its first byte
   * @param maxLength the most bytes that it may have
   * @throws IndexOutOfBoundsException where such a datagram would not lie within the buffer
   */
  public void wrap(MutableDirectBuffer target, int index, int maxLength) {
    target.boundsCheck(index, maxLength);
    this.buffer = target;
    this.offset = index;
    this.position = index;
    this.end = index + maxLength;
    this.reports = 0;
  }

  /** The base header of the datagram's reports. */
  public HeaderFormat format() {
    return format;
  }

  /** The datagram's length in bytes. */
  public int length() {
    return position - offset;
  }

  /** How many reports the datagram has. */
  public int reports() {
    return reports;
  }

  /** Adds a Key-Write report. */
  public boolean keyWrite(
      KeyWriteStore store,
      int flags,
      int seqnum,
      int redundancy,
      DirectBuffer key,
      int keyIndex,
      DirectBuffer value,
      int valueIndex) {
    if (!begin(store, store.reportLength(), flags, seqnum)) {
      return false;
    }
    position +=
        KeyWriteReport.put(
            buffer,
            position,
            redundancy,
            key,
            keyIndex,
            store.key().length(),
            value,
            valueIndex,
            store.valueLength());
    return true;
  }

  /** Adds an Append report. */
  public boolean append(
      AppendStore store, int flags, int seqnum, int list, DirectBuffer entry, int entryIndex) {
    if (!begin(store, store.reportLength(), flags, seqnum)) {
      return false;
    }
    position += AppendReport.put(buffer, position, list, entry, entryIndex, store.entryLength());
    return true;
  }

  /** Adds a Key-Increment report. */
  public boolean keyIncrement(
      KeyIncrementStore store,
      int flags,
      int seqnum,
      int redundancy,
      DirectBuffer key,
      int keyIndex,
      long increment) {
    if (!begin(store, store.reportLength(), flags, seqnum)) {
      return false;
    }
    position +=
        KeyIncrementReport.put(
            buffer, position, redundancy, key, keyIndex, store.key().length(), increment);
    return true;
  }

  /** Adds a postcard. */
  public boolean postcard(
      PostcardingStore store,
      int flags,
      int seqnum,
      DirectBuffer key,
      int keyIndex,
      int hop,
      int value) {
    if (!begin(store, store.reportLength(), flags, seqnum)) {
      return false;
    }
    position +=
        PostcardReport.put(buffer, position, key, keyIndex, store.key().length(), hop, value);
    return true;
  }

  /**
   * Adds a column of a sketch.
   *
   * @param counters one a row, from {@code countersIndex} on
   */
  public boolean sketchColumn(
      SketchStore store,
      int flags,
      int seqnum,
      int reporter,
      int epoch,
      int column,
      int[] counters,
      int countersIndex) {
    if (!begin(store, store.reportLength(), flags, seqnum)) {
      return false;
    }
    position +=
        SketchColumnReport.put(
            buffer, position, reporter, epoch, column, counters, countersIndex, store.rows());
    return true;
  }

  private boolean begin(Store store, int bodyLength, int flags, int seqnum) {
    if (format == HeaderFormat.COMPACT && store.id() != 0) {
      throw new IllegalArgumentException(
          "store '%s' has id %d: the compact header can only name store 0, use the full header"
              .formatted(store.name(), store.id()));
    }
    if (end - position < format.length() + bodyLength) {
      return false;
    }
    int header = (flags & FLAGS_MASK) | store.id();
    position +=
        BaseHeader.put(buffer, position, format, store.primitive().opcode(), seqnum, header);
    reports++;
    return true;
  }
}
