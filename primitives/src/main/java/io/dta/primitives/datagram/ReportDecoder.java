package io.dta.primitives.datagram;

import io.dta.primitives.Primitive;
import io.dta.primitives.store.Store;
import io.dta.primitives.store.StoreTable;
import io.dta.primitives.wire.BaseHeader;
import io.dta.primitives.wire.HeaderFormat;
import org.agrona.DirectBuffer;

/**
 * Walks the reports of a datagram in place.
 *
 * <p>The length of a report follows from its opcode and its store, so nothing can be said of what
 * comes after a report that could not be decoded: it and all that follows is one <em>undecodable
 * rest</em>, current once, with a status that says why. The lengths of the reports, rest included,
 * add up to the datagram's. Never reads outside the datagram, never throws on its content,
 * allocates nothing. For one thread.
 */
public final class ReportDecoder {
  private static final int OPCODES = Primitive.values().length + 1;

  private final HeaderFormat format;
  private final int headerLength;

  /** By opcode and store number: flat, so that no report costs a call through the interface. */
  private final Store[] stores = new Store[OPCODES * BaseHeader.STORES];

  private final int[] reportLengths = new int[OPCODES * BaseHeader.STORES];

  private DirectBuffer datagram;
  private int end;
  private int next;
  private DecodeStatus status;
  private Primitive primitive;
  private Store store;
  private int flags;
  private int reportOffset;
  private int reportLength;

  public ReportDecoder(HeaderFormat format, StoreTable stores) {
    this.format = format;
    this.headerLength = format.length();
    for (Store each : stores.stores()) {
      int index = each.primitive().opcode() * BaseHeader.STORES + each.id();
      this.stores[index] = each;
      this.reportLengths[index] = headerLength + each.reportLength();
    }
  }

  /**
   * Takes a datagram; {@link #next} goes to its first report.
   *
   * @throws IndexOutOfBoundsException where it does not lie within the buffer
   */
  public void wrap(DirectBuffer buffer, int offset, int length) {
    buffer.boundsCheck(offset, length);
    this.datagram = buffer;
    this.next = offset;
    this.end = offset + length;
    clear(offset, 0, null);
  }

  /**
   * Goes to the next report, or to the undecodable rest.
   *
   * @return false at the end of the datagram
   */
  public boolean next() {
    int offset = next;
    int remaining = end - offset;
    if (remaining <= 0) {
      return false;
    }
    next = end;
    if (remaining < headerLength) {
      clear(offset, remaining, DecodeStatus.TRUNCATED);
      return true;
    }
    int opcode = BaseHeader.opcode(datagram, offset);
    Primitive found = Primitive.ofOpcode(opcode);
    if (found == null) {
      clear(offset, remaining, DecodeStatus.UNKNOWN_OPCODE);
      return true;
    }
    int foundFlags = BaseHeader.flags(datagram, offset, format);
    int index = opcode * BaseHeader.STORES + BaseHeader.store(foundFlags);
    int length = reportLengths[index];
    if (length == 0) {
      clear(offset, remaining, DecodeStatus.UNKNOWN_STORE);
      return true;
    }
    if (length > remaining) {
      clear(offset, remaining, DecodeStatus.TRUNCATED);
      return true;
    }
    status = DecodeStatus.OK;
    primitive = found;
    store = stores[index];
    flags = foundFlags;
    reportOffset = offset;
    reportLength = length;
    next = offset + length;
    return true;
  }

  /**
   * Takes all reports that follow the current one and have its opcode, flags and store: they can be
   * handled in one loop. To be called where the current report is {@code OK}; {@link #next} then
   * goes to the first report behind them.
   *
   * @return how many there are from the current one on, at least 1, each {@link #reportLength}
   *     behind the one before
   */
  public int takeRun() {
    int opcode = BaseHeader.opcode(datagram, reportOffset);
    int count = 1;
    int at = next;
    while (end - at >= reportLength
        && BaseHeader.opcode(datagram, at) == opcode
        && BaseHeader.flags(datagram, at, format) == flags) {
      at += reportLength;
      count++;
    }
    next = at;
    return count;
  }

  private void clear(int offset, int length, DecodeStatus why) {
    status = why;
    primitive = null;
    store = null;
    flags = 0;
    reportOffset = offset;
    reportLength = length;
  }

  /**
   * Whether the current report could be decoded. Unless it is {@code OK}, only its place and its
   * length are known.
   */
  public DecodeStatus status() {
    return status;
  }

  /** The primitive of the current report, null for an undecodable rest. */
  public Primitive primitive() {
    return primitive;
  }

  /** The store that the current report names, null for an undecodable rest. */
  public Store store() {
    return store;
  }

  /**
   * The flags and the store number as one byte in the layout of the full header; 0 for an
   * undecodable rest.
   */
  public int flags() {
    return flags;
  }

  /** Whether the current report is essential, so that its sequence number means something. */
  public boolean hasSeqnum() {
    return BaseHeader.isRetransmittable(flags);
  }

  /** The sequence number, 0 to 255, of the current report; 0 where it has none. */
  public int seqnum() {
    return hasSeqnum() ? BaseHeader.seqnum(datagram, reportOffset) : 0;
  }

  /** The index in the buffer of the current report's first byte after its base header. */
  public int body() {
    return reportOffset + headerLength;
  }

  /** The index in the buffer of the current report's first byte. */
  public int reportOffset() {
    return reportOffset;
  }

  /** The current report's length in bytes, base header included. */
  public int reportLength() {
    return reportLength;
  }
}
