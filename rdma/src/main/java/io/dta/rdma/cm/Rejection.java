package io.dta.rdma.cm;

import java.nio.ByteBuffer;

/**
 * REJ: the sender will not have the connection (specification, section 12.6.7).
 *
 * <pre>
 * +----------------+  0
 * | local id       |   of the sender; 0 where it has none
 * +----------------+  4
 * | remote id      |   of the receiver
 * +---+------------+  8
 * |msg| reserved   |   2 bits: 0 the REQ, 1 the REP, 2 another, or none (time-out)
 * +---+--------+---+  9
 * | info length|0  |   7 bits: bytes of additional information
 * +------------+---+ 10
 * | reason         |   16 bits, see RejectReason
 * +----------------+ 12
 * | additional information, 72 bytes
 * +----------------+ 84
 * | private data, 148 bytes
 * </pre>
 *
 * @param about {@link CmMessage#ABOUT_REQUEST} and so on
 * @param reason its code, 16 bits
 * @param information what the reason calls for, such as the path MTU that would be accepted; at
 *     most 72 bytes
 */
record Rejection(
    int localId,
    int remoteId,
    int about,
    int reason,
    PrivateData information,
    PrivateData privateData)
    implements CmMessage {
  static final int ATTRIBUTE = 0x0012;

  static final int LOCAL_ID = 0;
  static final int REMOTE_ID = 4;
  static final int ABOUT = 8;
  static final int INFORMATION_LENGTH = 9;
  static final int REASON = 10;
  static final int INFORMATION = 12;
  static final int MAX_INFORMATION = 72;
  static final int PRIVATE_DATA = 84;
  static final int PRIVATE_DATA_LENGTH = ManagementDatagram.MESSAGE_LENGTH - PRIVATE_DATA;

  static Rejection get(ByteBuffer buffer, int message) {
    int informationLength = (buffer.get(message + INFORMATION_LENGTH) & 0xFF) >>> 1;
    return new Rejection(
        buffer.getInt(message + LOCAL_ID),
        buffer.getInt(message + REMOTE_ID),
        (buffer.get(message + ABOUT) & 0xFF) >>> 6,
        buffer.getShort(message + REASON) & 0xFFFF,
        PrivateData.get(
            buffer, message + INFORMATION, Math.min(informationLength, MAX_INFORMATION)),
        PrivateData.get(buffer, message + PRIVATE_DATA, PRIVATE_DATA_LENGTH));
  }

  @Override
  public int attribute() {
    return ATTRIBUTE;
  }

  @Override
  public void put(ByteBuffer buffer, int message) {
    int informationLength = Math.min(information.length(), MAX_INFORMATION);
    buffer.putInt(message + LOCAL_ID, localId);
    buffer.putInt(message + REMOTE_ID, remoteId);
    buffer.put(message + ABOUT, (byte) (about << 6));
    buffer.put(message + INFORMATION_LENGTH, (byte) (informationLength << 1));
    buffer.putShort(message + REASON, (short) reason);
    information.put(buffer, message + INFORMATION, informationLength);
    privateData.put(buffer, message + PRIVATE_DATA, PRIVATE_DATA_LENGTH);
  }
}
