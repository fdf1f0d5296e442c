package io.dta.primitives.wire;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The base header that every report begins with.
 *
 * <pre>
 *  0                   1                   2
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3
 * +---------------+---------------+-+-+-----------+
 * |    opcode     |    seqnum     |I|R|   store   |   full
 * +---------------+---------------+-+-+-----------+
 * |    opcode     |I|  reserved   |                   compact
 * +---------------+-+-------------+
 * </pre>
 *
 * <p>I: tell the collector's CPU at once (RDMA WRITE with immediate). R: retransmittable, the
 * report is essential and its reporter keeps it until it is acknowledged. The sequence number
 * counts a reporter's essential reports modulo 256 and means nothing on the others.
 */
public final class BaseHeader {
  public static final int OPCODE_OFFSET = 0;
  public static final int SEQNUM_OFFSET = 1;
  public static final int FLAGS_OFFSET = 2;

  /** Where the flags are in the compact header. */
  public static final int COMPACT_FLAGS_OFFSET = 1;

  public static final int IMMEDIATE_FLAG = 0x80;
  public static final int RETRANSMITTABLE_FLAG = 0x40;
  public static final int STORE_MASK = 0x3F;

  /** How many stores of one primitive a report can tell apart. */
  public static final int STORES = STORE_MASK + 1;

  private BaseHeader() {}

  /** The opcode, 0 to 255, in both formats. */
  public static int opcode(DirectBuffer buffer, int offset) {
    return buffer.getByte(offset + OPCODE_OFFSET) & 0xFF;
  }

  /** The sequence number of an essential report, 0 to 255; full format. */
  public static int seqnum(DirectBuffer buffer, int offset) {
    return buffer.getByte(offset + SEQNUM_OFFSET) & 0xFF;
  }

  /**
   * The flags and the store as one byte in the layout of the full format; the compact format has no
   * R and is always store 0.
   */
  public static int flags(DirectBuffer buffer, int offset, HeaderFormat format) {
    return format == HeaderFormat.FULL
        ? buffer.getByte(offset + FLAGS_OFFSET) & 0xFF
        : buffer.getByte(offset + COMPACT_FLAGS_OFFSET) & IMMEDIATE_FLAG;
  }

  /** The store, 0 to 63, of a flags byte. */
  public static int store(int flags) {
    return flags & STORE_MASK;
  }

  public static boolean isImmediate(int flags) {
    return (flags & IMMEDIATE_FLAG) != 0;
  }

  public static boolean isRetransmittable(int flags) {
    return (flags & RETRANSMITTABLE_FLAG) != 0;
  }

  /**
   * Writes a header.
   *
   * @param flags the flags and the store; the compact format keeps only the immediate flag
   * @return the header's length
   */
  public static int put(
      MutableDirectBuffer buffer,
      int offset,
      HeaderFormat format,
      int opcode,
      int seqnum,
      int flags) {
    buffer.putByte(offset + OPCODE_OFFSET, (byte) opcode);
    if (format == HeaderFormat.FULL) {
      buffer.putByte(offset + SEQNUM_OFFSET, (byte) seqnum);
      buffer.putByte(offset + FLAGS_OFFSET, (byte) flags);
    } else {
      buffer.putByte(offset + COMPACT_FLAGS_OFFSET, (byte) (flags & IMMEDIATE_FLAG));
    }
    return format.length();
  }
}
