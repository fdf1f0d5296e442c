package io.dta.rdma.cm;

import java.nio.ByteBuffer;

/**
 * MRA: a message has arrived, and its answer will take a while (specification, section 12.6.6).
 *
 * <pre>
 * +----------------+  0
 * | local id       |   of the sender
 * +----------------+  4
 * | remote id      |   of the receiver
 * +---+------------+  8
 * |msg| reserved   |   2 bits: 0 the REQ, 1 the REP, 2 another
 * +---+------+-----+  9
 * | time-out | 0   |   5 bits: 4.096 µs · 2^n
 * +----------+-----+ 10
 * | private data, 222 bytes
 * </pre>
 *
 * @param about {@link CmMessage#ABOUT_REQUEST} and so on
 * @param serviceTimeout within which the answer comes, counted from now: 0 to 31, for 4.096 µs ·
 *     2^n
 */
record ReceiptAcknowledged(int localId, int remoteId, int about, int serviceTimeout)
    implements CmMessage {
  static final int ATTRIBUTE = 0x0011;

  static final int LOCAL_ID = 0;
  static final int REMOTE_ID = 4;
  static final int ABOUT = 8;
  static final int SERVICE_TIMEOUT = 9;

  static ReceiptAcknowledged get(ByteBuffer buffer, int message) {
    return new ReceiptAcknowledged(
        buffer.getInt(message + LOCAL_ID),
        buffer.getInt(message + REMOTE_ID),
        (buffer.get(message + ABOUT) & 0xFF) >>> 6,
        (buffer.get(message + SERVICE_TIMEOUT) & 0xFF) >>> 3);
  }

  @Override
  public int attribute() {
    return ATTRIBUTE;
  }

  @Override
  public void put(ByteBuffer buffer, int message) {
    buffer.putInt(message + LOCAL_ID, localId);
    buffer.putInt(message + REMOTE_ID, remoteId);
    buffer.put(message + ABOUT, (byte) (about << 6));
    buffer.put(message + SERVICE_TIMEOUT, (byte) (serviceTimeout << 3));
  }
}
