package io.dta.rdma.cm;

import java.nio.ByteBuffer;

/**
 * RTU: the requester has the reply, the connection may be used (specification, section 12.6.9).
 *
 * <pre>
 * +----------------+  0
 * | local id       |   of the sender
 * +----------------+  4
 * | remote id      |   of the receiver
 * +----------------+  8
 * | private data, 224 bytes
 * </pre>
 */
record ReadyToUse(int localId, int remoteId) implements CmMessage {
  static final int ATTRIBUTE = 0x0014;

  static final int LOCAL_ID = 0;
  static final int REMOTE_ID = 4;

  static ReadyToUse get(ByteBuffer buffer, int message) {
    return new ReadyToUse(buffer.getInt(message + LOCAL_ID), buffer.getInt(message + REMOTE_ID));
  }

  @Override
  public int attribute() {
    return ATTRIBUTE;
  }

  @Override
  public void put(ByteBuffer buffer, int message) {
    buffer.putInt(message + LOCAL_ID, localId);
    buffer.putInt(message + REMOTE_ID, remoteId);
  }
}
