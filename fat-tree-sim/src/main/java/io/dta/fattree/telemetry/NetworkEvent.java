package io.dta.fattree.telemetry;

import static java.nio.ByteOrder.BIG_ENDIAN;

import io.dta.primitives.key.FiveTuple;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * An event that a switch reports by Append: as long as a loss event of NetSeer (Zhou and others,
 * SIGCOMM 2020), 18 bytes, and with the same kind of content.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------------------------------------------------------+
 * |                    source address of the flow                 |
 * +---------------------------------------------------------------+
 * |                  destination address of the flow              |
 * +-------------------------------+-------------------------------+
 * |          source port          |        destination port       |
 * +---------------+---------------+---------------+---------------+
 * |   protocol    |          switch u16           |    type u8    |
 * +---------------+---------------+---------------+---------------+
 * |          detail u16           |   queue depth, or packets dropped
 * +-------------------------------+
 * </pre>
 *
 * <p>Big-endian.
 *
 * @param flow whose packet it was
 * @param switchId where it happened
 * @param type what happened
 * @param detail 0 to 65535, by type
 */
public record NetworkEvent(FiveTuple flow, int switchId, EventType type, int detail) {
  public static final int FLOW_OFFSET = 0;
  public static final int FLOW_LENGTH = 13;
  public static final int SWITCH_OFFSET = 13;
  public static final int TYPE_OFFSET = 15;
  public static final int DETAIL_OFFSET = 16;
  public static final int LENGTH = 18;
  public static final int MAX_DETAIL = 0xFFFF;

  /**
   * Writes an event.
   *
   * @param flow holds the flow's 13 bytes from {@code flowIndex} on
   */
  public static void put(
      MutableDirectBuffer buffer,
      int index,
      DirectBuffer flow,
      int flowIndex,
      int switchId,
      EventType type,
      int detail) {
    buffer.putBytes(index + FLOW_OFFSET, flow, flowIndex, FLOW_LENGTH);
    buffer.putShort(index + SWITCH_OFFSET, (short) switchId, BIG_ENDIAN);
    buffer.putByte(index + TYPE_OFFSET, (byte) type.code());
    buffer.putShort(index + DETAIL_OFFSET, (short) detail, BIG_ENDIAN);
  }

  /**
   * Reads an event.
   *
   * @throws IllegalArgumentException where the bytes are none
   */
  public static NetworkEvent get(DirectBuffer buffer, int index) {
    byte[] flow = new byte[FLOW_LENGTH];
    buffer.getBytes(index + FLOW_OFFSET, flow);
    return new NetworkEvent(
        FiveTuple.fromBytes(flow),
        buffer.getShort(index + SWITCH_OFFSET, BIG_ENDIAN) & 0xFFFF,
        EventType.ofCode(buffer.getByte(index + TYPE_OFFSET) & 0xFF),
        buffer.getShort(index + DETAIL_OFFSET, BIG_ENDIAN) & 0xFFFF);
  }
}
