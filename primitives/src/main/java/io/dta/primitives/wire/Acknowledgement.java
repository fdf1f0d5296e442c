package io.dta.primitives.wire;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The translator's answer to an essential report, sent to UDP port {@link
 * DtaPorts#ACKNOWLEDGEMENTS} of the reporter.
 *
 * <pre>
 *  0                   1
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
 * +---------------+-+-------------+
 * |    seqnum     |N|  reserved   |
 * +---------------+-+-------------+
 * </pre>
 *
 * <p>An ACK is cumulative: every essential report up to and with {@code seqnum} has arrived. A NACK
 * names one report that did not and should be sent again.
 */
public final class Acknowledgement {
  public static final int SEQNUM_OFFSET = 0;
  public static final int FLAGS_OFFSET = 1;
  public static final int NACK_FLAG = 0x80;
  public static final int LENGTH = 2;

  private Acknowledgement() {}

  public static int seqnum(DirectBuffer buffer, int offset) {
    return buffer.getByte(offset + SEQNUM_OFFSET) & 0xFF;
  }

  public static boolean isNack(DirectBuffer buffer, int offset) {
    return (buffer.getByte(offset + FLAGS_OFFSET) & NACK_FLAG) != 0;
  }

  /**
   * Writes an ACK or a NACK.
   *
   * @return its length
   */
  public static int put(MutableDirectBuffer buffer, int offset, int seqnum, boolean nack) {
    buffer.putByte(offset + SEQNUM_OFFSET, (byte) seqnum);
    buffer.putByte(offset + FLAGS_OFFSET, (byte) (nack ? NACK_FLAG : 0));
    return LENGTH;
  }
}
