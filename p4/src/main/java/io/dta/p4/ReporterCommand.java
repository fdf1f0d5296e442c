package io.dta.p4;

import java.nio.ByteBuffer;

/**
 * What the control plane tells a reporter in a switch, which has no clock of its own: the payload
 * of a datagram to UDP port {@value #PORT} of the switch.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |     kind      |    target     |           reserved            |
 * +---------------+---------------+-------------------------------+
 * |                             epoch                             |
 * +---------------------------------------------------------------+
 * |                             first                             |
 * +---------------------------------------------------------------+
 * |                             count                             |
 * +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Big-endian.
 *
 * @param kind what to do
 * @param target whose reports, 0 to 63; of {@link Kind#SEND_AGAIN}
 * @param epoch of the sketch; of {@link Kind#SEND_AGAIN} the microseconds that must have passed
 *     since a report was sent
 * @param first column of a sketch, position among the reports that are not acknowledged, or place
 *     of a table
 * @param count how many of them; 1 where it is less
 */
public record ReporterCommand(Kind kind, int target, int epoch, int first, int count) {
  public static final int PORT = 40045;
  public static final int LENGTH = 16;

  /** What a reporter can be told to do. */
  public enum Kind {
    /** From now on count in this epoch's sketch. */
    BEGIN_EPOCH(1),
    /**
     * Report columns of an epoch that is over; ends early where too few reports are acknowledged.
     */
    EXPORT_SKETCH(2),
    /** Set columns of an epoch to 0, before the next but one begins. */
    CLEAR_SKETCH(3),
    /** Send essential reports again. */
    SEND_AGAIN(4),
    /** Report hosts' counters, and set them to 0. */
    FLUSH_HOSTS(5),
    /**
     * Report the drops that no event told of yet: places 0 to 65,535 are of packets without a
     * route, the next 65,536 of those whose link was down.
     */
    FLUSH_DROPS(6);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** The code on the wire. */
    public int code() {
      return code;
    }
  }

  /** The payload. */
  public byte[] bytes() {
    return ByteBuffer.allocate(LENGTH)
        .put((byte) kind.code)
        .put((byte) target)
        .putShort((short) 0)
        .putInt(epoch)
        .putInt(first)
        .putInt(count)
        .array();
  }
}
